/** Credentials in files, and what is said about files that are of no use. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { findCredentials } from "../../../../src/source/registry/credentials/find-credentials.ts";
import { authOf, base64, configOf, type Home, home, revealed } from "./credential-files.ts";

const REGISTRY = "example.com";
const SECRET = "hunter2secret";
const NAMES = {
  runtime: "run/containers/auth.json",
  config: ".config/containers/auth.json",
  docker: ".docker/config.json",
  old: ".dockercfg",
};

async function search(from: Home, registry = REGISTRY, repository: string | undefined = "group/app") {
  const { credentials, origin, problems } = await findCredentials(registry, repository, { env: from.env });
  return { credentials, origin, problems, user: credentials?.kind === "password" ? credentials.username : undefined };
}

describe("credentials", () => {
  test("are not there in an empty home", async () => {
    expect(await findCredentials(REGISTRY, "app", { env: home().env })).toEqual({
      credentials: undefined,
      origin: undefined,
      problems: [],
    });
  });

  test.each([NAMES.runtime, NAMES.config, NAMES.docker])("come from %s", async (name) => {
    const place = home();
    const path = place.write(name, configOf({ [REGISTRY]: "me" }));
    const found = await search(place);
    expect(revealed(found.credentials)).toEqual({ kind: "password", username: "me", password: "me" });
    expect(found).toMatchObject({ origin: path, problems: [] });
  });

  test("come from the old file of Docker", async () => {
    const place = home();
    const path = place.write(NAMES.old, {
      "https://example.com/v1/": { ...authOf("me", "word"), email: "me@example.com" },
    });
    expect(await search(place)).toMatchObject({ user: "me", origin: path });
  });

  test("come from DOCKER_AUTH_CONFIG, without the text of it in the origin", async () => {
    const place = home({ DOCKER_AUTH_CONFIG: JSON.stringify(configOf({ [REGISTRY]: "variable" })) });
    expect(await search(place)).toMatchObject({ user: "variable", origin: "DOCKER_AUTH_CONFIG" });
  });

  test("come from the first place in the order that has some", async () => {
    const place = home({ DOCKER_AUTH_CONFIG: JSON.stringify(configOf({ "other.example": "variable" })) });
    place.write(NAMES.old, { [REGISTRY]: authOf("old", "word") });
    expect((await search(place)).user).toBe("old");
    place.write(NAMES.docker, configOf({ [REGISTRY]: "docker" }));
    expect((await search(place)).user).toBe("docker");
    place.write(NAMES.config, configOf({ [REGISTRY]: "config" }));
    expect((await search(place)).user).toBe("config");
    place.write(NAMES.runtime, configOf({ [REGISTRY]: "runtime" }));
    expect((await search(place)).user).toBe("runtime");
    expect((await search(place, "other.example")).user).toBe("variable");
  });

  test("of a namespace are for what lies in it", async () => {
    const place = home();
    place.write(
      NAMES.runtime,
      configOf({ [REGISTRY]: "all", "example.com/group": "group", "example.com/group/app": "app" }),
    );
    expect((await search(place, REGISTRY, "group/app")).user).toBe("app");
    expect((await search(place, REGISTRY, "group/other")).user).toBe("group");
    expect((await search(place, REGISTRY, "groups/app")).user).toBe("all");
    const unnamed = await findCredentials(REGISTRY, undefined, { env: place.env });
    expect(revealed(unnamed.credentials)).toMatchObject({ username: "all" });
  });

  test("of Docker Hub are found under Docker's name for it", async () => {
    const place = home();
    place.write(NAMES.docker, configOf({ "https://index.docker.io/v1/": "hub" }));
    expect((await search(place, "docker.io", "library/nginx")).user).toBe("hub");
  });

  test("are not looked for elsewhere when REGISTRY_AUTH_FILE is set", async () => {
    const place = home({ REGISTRY_AUTH_FILE: "/dev/null" });
    place.write(NAMES.docker, configOf({ [REGISTRY]: "docker" }));
    expect(await search(place)).toMatchObject({ user: undefined, problems: [] });
    const named = {
      ...place,
      env: { ...place.env, REGISTRY_AUTH_FILE: place.write("named", configOf({ [REGISTRY]: "named" })) },
    };
    expect((await search(named)).user).toBe("named");
  });

  test("are passed over where an entry is empty", async () => {
    const place = home();
    place.write(NAMES.runtime, { auths: { [REGISTRY]: {} } });
    place.write(NAMES.docker, configOf({ [REGISTRY]: "docker" }));
    expect(await search(place)).toMatchObject({ user: "docker", problems: [] });
  });

  test("are found by names that objects have anyway only if they are there", async () => {
    const place = home();
    place.write(NAMES.docker, '{"auths":{"__proto__":{"auth":"bWU6bWU="}},"credHelpers":{}}');
    expect((await search(place, "constructor")).user).toBeUndefined();
    expect((await search(place, "__proto__")).user).toBe("me");
  });

  test("may be linked to", async () => {
    const place = home();
    mkdirSync(place.path(".docker"));
    symlinkSync(place.write("elsewhere", configOf({ [REGISTRY]: "me" })), place.path(NAMES.docker));
    expect((await search(place)).user).toBe("me");
  });
});

describe("a file that is of no use is named, and the search goes on", () => {
  test.each([
    ["no JSON", `{"auths": {"${REGISTRY}": ${SECRET}`, "is not a JSON object"],
    ["no object", JSON.stringify([SECRET]), "is not a JSON object"],
    ["no list of registries", { auths: [SECRET] }, "is not a JSON object"],
    ["no list of helpers", { credHelpers: SECRET }, "is not a JSON object"],
    ["a wrong entry", { auths: { [REGISTRY]: { auth: base64(SECRET) } } }, "without user name and password"],
    ["a wrong helper", { credsStore: `../${SECRET}` }, "credential helper that cannot be one"],
    ["a wrong kind of helper", { credHelpers: { [REGISTRY]: [SECRET] } }, "credential helper that cannot be one"],
    [
      "too much",
      `{"auths": {}, "padding": "${SECRET.repeat(2 ** 20 + 2 ** 19)}"}`,
      "the limit for a configuration file",
    ],
    ["very deep JSON", `${"[".repeat(500_000)}`, "is not a JSON object"],
  ])("%s", async (_, document, problem) => {
    const place = home();
    const path = place.write(NAMES.config, document);
    place.write(NAMES.docker, configOf({ [REGISTRY]: "docker" }));
    const found = await search(place);
    expect(found.user).toBe("docker");
    expect(found.problems).toEqual([expect.stringContaining(problem)]);
    expect(found.problems[0]).toContain(path);
    expect(inspect(found)).not.toContain(SECRET);
    expect(inspect(found)).not.toContain(base64(SECRET).slice(0, 12));
  });

  test("wrong JSON in the variable", async () => {
    const found = await search(home({ DOCKER_AUTH_CONFIG: SECRET }));
    expect(found.problems).toEqual(["DOCKER_AUTH_CONFIG is not a JSON object"]);
  });

  test("a directory", async () => {
    const place = home();
    mkdirSync(place.path(NAMES.docker), { recursive: true });
    expect((await search(place)).problems).toEqual([expect.stringContaining(`${place.path(NAMES.docker)}: EISDIR`)]);
  });

  test("a link to itself", async () => {
    const place = home();
    mkdirSync(place.path(".docker"));
    symlinkSync(place.path(NAMES.docker), place.path(NAMES.docker));
    expect((await search(place)).problems).toEqual([expect.stringContaining(`${place.path(NAMES.docker)}: ELOOP`)]);
  });

  test("a file that the user named and that is not there", async () => {
    const place = home({ REGISTRY_AUTH_FILE: "/nonexistent/auth.json" });
    expect((await search(place)).problems).toEqual(["/nonexistent/auth.json does not exist"]);
  });

  test("but nothing is wrong with an empty one, or a file in the place of a directory", async () => {
    const place = home();
    place.write(".docker", "");
    place.write(NAMES.config, " \n");
    expect((await search(place)).problems).toEqual([]);
  });

  test("nor with a named pipe that nobody writes to", async () => {
    const place = home();
    mkdirSync(place.path(".docker"));
    execFileSync("mkfifo", [place.path(NAMES.docker)]);
    expect((await search(place)).problems).toEqual([]);
  });

  test("nor with what some editors write in front", async () => {
    const place = home();
    place.write(NAMES.docker, `\ufeff${JSON.stringify(configOf({ [REGISTRY]: "me" }))}`);
    expect((await search(place)).user).toBe("me");
  });

  test("a key with a password in it is not repeated", async () => {
    const place = home();
    place.write(NAMES.docker, { auths: { [`https://${REGISTRY}/?${SECRET}`]: { auth: 1 } } });
    const { problems } = await search(place);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(SECRET);
  });
});
