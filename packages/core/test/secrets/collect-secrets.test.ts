/** Where an image has its secrets: in files of any layer, and in what it says of itself. */
import { describe, expect, test } from "vitest";
import type { ImageSpec } from "../../../../fixtures/build/image.ts";
import { file, hardlink, type Member, whiteout } from "../../../../fixtures/build/tar.ts";
import { collectSecrets, secretsInFiles } from "../../src/secrets/collect-secrets.ts";
import { findSecretsInFile, wantsForSecrets } from "../../src/secrets/find-secrets.ts";
import type { AllowedSecrets, Secret, SecretMatch } from "../../src/secrets/secret.ts";
import { inspectFiles } from "../../src/tree/inspect-files.ts";
import { pack, pathText, withScan } from "../tree/scan-layers.ts";
import { BASE62, checkedToken, pemKey, randomText } from "./made-up.ts";

const key = pemKey("RSA PRIVATE KEY");
const password = randomText(20, BASE62);
const token = checkedToken("ghp_");

/** Each secret in one line: its kind and its place. */
async function placesOf(
  layers: readonly (readonly Member[])[],
  spec: Partial<ImageSpec> = {},
  allowed?: AllowedSecrets,
): Promise<string[]> {
  return withScan(pack(layers, "plain", spec), async (image) => {
    const { facts } = await inspectFiles(image, {
      wants: wantsForSecrets,
      inspect: (inspected, bytes) => {
        const secrets = findSecretsInFile(inspected, bytes);
        return secrets && { secrets };
      },
    });
    const matches = facts as ReadonlyMap<number, { secrets?: readonly SecretMatch[] }>;
    const { secrets } = collectSecrets(image, secretsInFiles(image, matches), allowed);
    return secrets.map(({ kind, place }) => `${kind} ${placeText(place)}`);

    function placeText(place: Secret["place"]): string {
      if (place.kind === "file") {
        const hidden = place.hiddenBy === undefined ? "" : ` hidden by ${place.hiddenBy}`;
        return `${pathText(image.tree, place.node)} in ${place.layer}${hidden}`;
      }
      if (place.kind === "history") return `step ${place.step} layer ${place.layer}`;
      return `${place.kind} ${place.name}`;
    }
  });
}

describe("in files", () => {
  test("a key that a later layer deletes is still there", async () => {
    expect(await placesOf([[file("app/id_rsa", key)], [whiteout("app/id_rsa")]])).toEqual([
      "private-key app/id_rsa in 0 hidden by 1",
    ]);
  });

  test("each layer that stores it counts, and a link does not", async () => {
    const layers = [[file("app/id_rsa", key)], [file("app/id_rsa", key), hardlink("app/again", "app/id_rsa")]];
    expect(await placesOf(layers)).toEqual(["private-key app/id_rsa in 0 hidden by 1", "private-key app/id_rsa in 1"]);
  });

  test("are listed by layer and path", async () => {
    const layers = [[file("b.key", key), file("a.key", key)], [file("0.key", key)]];
    expect(await placesOf(layers)).toEqual([
      "private-key a.key in 0",
      "private-key b.key in 0",
      "private-key 0.key in 1",
    ]);
  });
});

const onLayer = [[file("a", "a")]];
const history = (...commands: string[]): Partial<ImageSpec> => ({
  history: [{ created_by: "COPY a /a" }, ...commands.map((command) => ({ created_by: command, empty_layer: true }))],
});

describe("in variables and labels", () => {
  test("by name and by form", async () => {
    const config = {
      Env: [`DB_PASSWORD=${password}`, `GH=${token}`],
      Labels: { "a.api-key": password, url: `https://me:${password}@a.test` },
    };
    expect(await placesOf(onLayer, { config })).toEqual([
      "secret-value environment DB_PASSWORD",
      "github-token environment GH",
      "secret-value label a.api-key",
      "url-password label url",
    ]);
  });

  test("what official images set is none", async () => {
    const Env = [
      "PATH=/usr/local/bin:/usr/bin",
      `GPG_KEY=${randomText(40, "0123456789ABCDEF")}`,
      `PYTHON_SHA256=${randomText(64, "0123456789abcdef")}`,
      "POSTGRES_PASSWORD_FILE=/run/secrets/pw",
      "MYSQL_ALLOW_EMPTY_PASSWORD=yes",
      "KEY",
      "=x",
      "API_KEY=",
    ];
    expect(await placesOf(onLayer, { config: { Env, Labels: { maintainer: "a@b.test" } } })).toEqual([]);
  });

  test("a step that set them is not listed again", async () => {
    const config = { Env: [`DB_PASSWORD=${password}`] };
    expect(await placesOf(onLayer, { config, ...history(`ENV DB_PASSWORD=${password}`) })).toEqual([
      "secret-value environment DB_PASSWORD",
    ]);
  });
});

describe("in the history", () => {
  test.each([
    ["a default of ARG", `ARG NPM_TOKEN=${password}`],
    ["a variable that is no longer set", `ENV DB_PASSWORD=${password}`],
    ["a variable as Docker once wrote it", `/bin/sh -c #(nop)  ENV DB_PASSWORD=${password}`],
    ["a build argument", `|2 MODE=fast build NPM_TOKEN=${password} /bin/sh -c npm ci`],
    ["a build argument of BuildKit", `RUN |1 NPM_TOKEN=${password} /bin/sh -c npm ci # buildkit`],
    ["an assignment", `/bin/sh -c export API_TOKEN=${password} && make`],
    ["an option", `RUN /bin/sh -c login --user me --password ${password} # buildkit`],
    ["an option with =", `RUN /bin/sh -c login --auth-token='${password}' # buildkit`],
    ["a header", `RUN /bin/sh -c curl -H "Authorization: Bearer ${password}" https://a.test # buildkit`],
    ["curl's own option", `RUN /bin/sh -c curl -fsS -u me:${password} https://a.test # buildkit`],
    ["chpasswd", `RUN /bin/sh -c echo "root:${password}" | chpasswd # buildkit`],
  ])("%s", async (_, command) => {
    expect(await placesOf(onLayer, history(command))).toEqual(["secret-value step 1 layer undefined"]);
  });

  test("a URL, and a token of a known form", async () => {
    const commands = history(
      `RUN git clone https://me:${password}@a.test/b # buildkit`,
      `RUN echo ${token} # buildkit`,
    );
    expect(await placesOf(onLayer, commands)).toEqual([
      "url-password step 1 layer undefined",
      "github-token step 2 layer undefined",
    ]);
  });

  test("with the layer that the step made, at the first step that has it", async () => {
    const run = { created_by: `RUN |1 NPM_TOKEN=${password} /bin/sh -c npm ci # buildkit` };
    expect(await placesOf([...onLayer, ...onLayer], { history: [run, run] })).toEqual(["secret-value step 0 layer 0"]);
  });

  test.each([
    "ARG NPM_TOKEN",
    "ARG PASSWORD=changeme",
    "RUN |1 PASSWORD=changeme /bin/sh -c true # buildkit",
    "RUN /bin/sh -c TOKEN=$(cat /run/secrets/token) npm ci # buildkit",
    'RUN /bin/sh -c curl -H "Authorization: Bearer $TOKEN" https://a.test # buildkit',
    "RUN --mount=type=secret,id=npm /bin/sh -c npm ci # buildkit",
    "RUN /bin/sh -c docker run -u 1000:1000 --user node:staff x # buildkit",
    "RUN /bin/sh -c adduser --disabled-password app # buildkit",
    `COPY file:${randomText(64, "0123456789abcdef")} in /etc/passwd`,
    'RUN /bin/sh -c echo "$SHA256 *secret.tar" | sha256sum -c - # buildkit',
  ])("nothing: %s", async (command) => {
    expect(await placesOf(onLayer, history(command))).toEqual([]);
  });
});

describe("what is allowed", () => {
  const layers = [[file("app/id_rsa", key), file("app/.env", `DB_PASSWORD=${password}\n`)]];

  test.each<[string, AllowedSecrets, string[]]>([
    ["nothing", {}, ["secret-value app/.env in 0", "private-key app/id_rsa in 0"]],
    ["a name", { paths: ["id_rsa"] }, ["secret-value app/.env in 0"]],
    ["a directory", { paths: ["/app"] }, []],
    ["a kind", { kinds: ["secret-value"] }, ["private-key app/id_rsa in 0"]],
  ])("%s", async (_, allowed, left) => {
    expect(await placesOf(layers, {}, allowed)).toEqual(left);
  });

  test("a value, wherever it is", async () => {
    const { createHash } = await import("node:crypto");
    const fingerprint = createHash("sha256").update(password).digest("hex").slice(0, 16).toUpperCase();
    const config = { Env: [`DB_PASSWORD=${password}`] };
    expect(await placesOf(layers, { config }, { fingerprints: [fingerprint] })).toEqual([
      "private-key app/id_rsa in 0",
    ]);
  });
});
