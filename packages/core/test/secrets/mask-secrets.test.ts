/** No secret of an image's configuration is printed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImageConfig } from "../../src/model/image.ts";
import { secretMask } from "../../src/secrets/mask-secrets.ts";
import { checkedToken, pemKey } from "./made-up.ts";

const TOKEN = checkedToken("ghp_", 7);

const configOf = (more: Partial<ImageConfig>): ImageConfig =>
  ({
    env: [],
    entrypoint: [],
    cmd: [],
    exposedPorts: [],
    volumes: [],
    labels: {},
    history: [],
    ...more,
  }) as ImageConfig;

const historyOf = (...commands: string[]) =>
  commands.map((createdBy) => ({ createdBy }) as ImageConfig["history"][number]);

describe("a value that is found", () => {
  test.each([
    ["in a command", configOf({ history: historyOf(`RUN curl -H "Authorization: token ${TOKEN}" https://x`) })],
    ["in a variable", configOf({ env: [`GITHUB_TOKEN=${TOKEN}`] })],
    ["in a label", configOf({ labels: { token: TOKEN } })],
    ["in build arguments", configOf({ history: historyOf(`|1 TOKEN=${TOKEN} /bin/sh -c make`) })],
  ])("%s is masked wherever it stands", (_, config) => {
    const mask = secretMask(config);
    const text = mask(`RUN a ${TOKEN} && b --key=${TOKEN}; c`);
    expect(text).not.toContain(TOKEN);
    expect(text).toMatch(/^RUN a ghp_….{0,2} && b --key=ghp_….{0,2}; c$/);
  });

  test("of several lines is masked also where it is shown on one", () => {
    const key = pemKey("RSA PRIVATE KEY");
    const mask = secretMask(configOf({ history: historyOf(`RUN <<EOF\necho '${key}' > /k\nEOF`) }));
    for (const line of key.split("\n").filter(({ length }) => length > 40)) {
      expect(mask(`echo ${key.replace(/\s+/g, " ")}`)).not.toContain(line);
    }
  });

  test("that is short is masked as a word only", () => {
    const mask = secretMask(configOf({ history: historyOf("RUN mysql --password=node7 -e x") }));
    expect(mask("RUN node7 -e; node77 a-node7x")).toBe("RUN … -e; node77 a-node7x");
  });
});

test("everything else stays as it is", () => {
  const mask = secretMask(configOf({ env: ["PATH=/bin", "NODE_VERSION=20"], history: historyOf("RUN npm ci") }));
  fc.assert(fc.property(fc.string(), (text) => mask(text) === text));
});

test("whatever a value has in it, it is masked, and nothing throws", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."aB3$&\\.*+?()[]{}|^/-"), minLength: 12, maxLength: 30 }),
      (value) => {
        const mask = secretMask(configOf({ env: [`DB_PASSWORD=${value}`] }));
        const text = mask(`x ${value} y`);
        // What is no secret for the finder is none here.
        if (mask(value) !== value) expect(text).not.toContain(value);
      },
    ),
  );
});
