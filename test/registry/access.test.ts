/** Images in registries that want to know who asks, by everything that a login leaves behind. No secret is ever told. */
import { writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { layerscope } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { dockerConfig, entryOf, helperWith, nobody } from "./credentials.ts";
import { type Layout, SINGLE_LAYOUTS } from "./images.ts";
import { MISSING, type RunningRegistry, startRegistry, WHY } from "./registries.ts";
import { reportOf, withoutOrigin } from "./reports.ts";
import { startTokenServer, type TokenServer } from "./token-server.ts";

const ACCOUNT = { user: "tester", password: "Correct-Horse/42" };
const WRONG = { user: "tester", password: "Battery-Staple/17" };
const REFRESH_TOKEN = "refresh.Yb3-kd8_QqS0";
const IMAGE = SINGLE_LAYOUTS.find(({ name }) => name === "edge-whiteout/oci-dir-gzip") as Layout;

describe.skipIf(MISSING.length > 0)(`registries that want to know who asks${WHY}`, () => {
  let expected: object;
  let basic: RunningRegistry;
  let open: RunningRegistry;
  /** Tokens are good for two requests, which nobody is told. */
  let forgetful: TokenServer;
  /** Tokens are said to be good for a second. */
  let brief: TokenServer;
  /** Everything that anybody was shown. */
  const shown: string[] = [];

  beforeAll(async () => {
    basic = await startRegistry(temporaryPath("basic"), ACCOUNT);
    open = await startRegistry(temporaryPath("open"));
    const tokens = { registry: open.host, account: ACCOUNT, refreshToken: REFRESH_TOKEN };
    forgetful = await startTokenServer({ ...tokens, uses: 2, expiresIn: 300 });
    brief = await startTokenServer({ ...tokens, uses: Number.POSITIVE_INFINITY, expiresIn: 1 });
    await Promise.all([basic, open].map((registry) => registry.push(IMAGE.source, "team/app:latest")));
    expected = withoutOrigin(await reportOf(IMAGE.path));
  });
  afterAll(async () => {
    await basic?.stop();
    await open?.stop();
    await forgetful?.[Symbol.asyncDispose]();
    await brief?.[Symbol.asyncDispose]();
  });

  const read = async (host: string, env: NodeJS.ProcessEnv): Promise<object> => {
    const onStep = (step: object) => void shown.push(JSON.stringify(step));
    try {
      const report = await reportOf(`registry:${host}/team/app`, { env, onStep });
      shown.push(JSON.stringify(report));
      return withoutOrigin(report);
    } catch (thrown) {
      shown.push(inspect(thrown, { depth: 20, showHidden: true }));
      throw thrown;
    }
  };
  const run = async (env: NodeJS.ProcessEnv, ...args: string[]) => {
    const result = await layerscope(args, { env });
    shown.push(result.stdout, result.stderr);
    return result;
  };

  describe("by a user's password", () => {
    test("in Docker's config.json", async () => {
      expect(await read(basic.host, dockerConfig({ auths: { [basic.host]: entryOf(ACCOUNT) } }))).toEqual(expected);
      expect(await read(forgetful.host, dockerConfig({ auths: { [forgetful.host]: entryOf(ACCOUNT) } }))).toEqual(
        expected,
      );
    });

    test("in the auth.json of the containers tools, also for one repository only", async () => {
      const path = temporaryPath();
      writeFileSync(path, JSON.stringify({ auths: { [`${basic.host}/team/app`]: entryOf(ACCOUNT) } }));
      expect(await read(basic.host, { ...nobody(), REGISTRY_AUTH_FILE: path })).toEqual(expected);
    });

    test("in DOCKER_AUTH_CONFIG", async () => {
      const DOCKER_AUTH_CONFIG = JSON.stringify({ auths: { [basic.host]: entryOf(ACCOUNT) } });
      expect(await read(basic.host, { ...nobody(), DOCKER_AUTH_CONFIG })).toEqual(expected);
    });

    test("from a credential helper, of one registry or of all", async () => {
      const helper = helperWith({ Username: ACCOUNT.user, Secret: ACCOUNT.password });
      for (const settings of [{ credHelpers: { [forgetful.host]: "test" } }, { credsStore: "test" }]) {
        expect(await read(forgetful.host, { ...dockerConfig(settings), ...helper })).toEqual(expected);
      }
    });
  });

  describe("by a token", () => {
    test("that is asked for anew when it is not accepted any more", async () => {
      const [before, asked] = [forgetful.tokens.length, forgetful.asked.length];
      await read(forgetful.host, dockerConfig({ auths: { [forgetful.host]: entryOf(ACCOUNT) } }));
      const requests = 2 + 10;
      expect(forgetful.tokens.length - before).toBeGreaterThanOrEqual(requests / 2);
      expect(forgetful.tokens.length - before).toBeLessThan(requests);
      expect(new Set(forgetful.asked.slice(asked))).toEqual(
        new Set(["GET registry of a test repository:team/app:pull"]),
      );
    });

    test("that is soon over", async () => {
      expect(await read(brief.host, dockerConfig({ auths: { [brief.host]: entryOf(ACCOUNT) } }))).toEqual(expected);
    });

    test("that is given for another one, from an entry or a helper", async () => {
      const entry = dockerConfig({ auths: { [brief.host]: { identitytoken: REFRESH_TOKEN } } });
      expect(await read(brief.host, entry)).toEqual(expected);
      expect(brief.asked.at(-1)).toBe("POST registry of a test repository:team/app:pull");
      const helper = helperWith({ Username: "<token>", Secret: REFRESH_TOKEN });
      expect(await read(brief.host, { ...dockerConfig({ credsStore: "test" }), ...helper })).toEqual(expected);
    });
  });

  describe("are closed to", () => {
    test("a wrong password, and say where it comes from", async () => {
      for (const { host } of [basic, forgetful]) {
        const env = dockerConfig({ auths: { [host]: entryOf(WRONG) } });
        await expect(read(host, env)).rejects.toMatchObject({
          code: "refused",
          message: expect.stringContaining(`${host} refuses ${host}/team/app`),
          hint: expect.stringContaining(
            `(from ${env.DOCKER_CONFIG}/config.json) are wrong or do not reach that far; log in again with docker login ${host}`,
          ),
        });
      }
    });

    test("whoever says nothing, and say how to log in", async () => {
      for (const { host } of [basic, forgetful]) {
        await expect(read(host, nobody())).rejects.toMatchObject({
          code: "refused",
          hint: expect.stringContaining(`log in with docker login ${host}`),
        });
      }
    });

    test("a helper that is not there, and say so", async () => {
      const env = dockerConfig({ credHelpers: { [basic.host]: "no-such" } });
      await expect(read(basic.host, env)).rejects.toMatchObject({
        code: "refused",
        hint: expect.stringContaining("docker-credential-no-such"),
      });
    });

    test("a token that nobody knows", async () => {
      const env = dockerConfig({ auths: { [brief.host]: { identitytoken: `not ${REFRESH_TOKEN}` } } });
      await expect(read(brief.host, env)).rejects.toMatchObject({ code: "refused" });
    });
  });

  describe("open to the built command", () => {
    test("with a password", async () => {
      const env = dockerConfig({ auths: { [basic.host]: entryOf(ACCOUNT) } });
      const { code, stdout, stderr } = await run(env, `registry:${basic.host}/team/app`, "--json", "--files");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(withoutOrigin(JSON.parse(stdout))).toEqual(expected);
    });

    test("which tells how it went about it, if asked to", async () => {
      const env = dockerConfig({ auths: { [basic.host]: entryOf(ACCOUNT) } });
      const { code, stderr } = await run(env, `registry:${basic.host}/team/app`, "--json", "--verbose");
      expect(code).toBe(0);
      expect(stderr).toContain(`registry ${basic.host}`);
    });

    test("with a helper and tokens", async () => {
      const env = {
        ...dockerConfig({ credsStore: "test" }),
        ...helperWith({ Username: ACCOUNT.user, Secret: ACCOUNT.password }),
      };
      const { code, stdout, stderr } = await run(env, `registry:${forgetful.host}/team/app`, "--json", "--files");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(withoutOrigin(JSON.parse(stdout))).toEqual(expected);
    });

    test("but not with a wrong password: 2, and what to do", async () => {
      for (const { host } of [basic, forgetful]) {
        const env = dockerConfig({ auths: { [host]: entryOf(WRONG) } });
        const { code, stdout, stderr } = await run(env, `registry:${host}/team/app`);
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain(`layerscope: ${host} refuses ${host}/team/app`);
        expect(stderr).toContain(`log in again with docker login ${host}`);
      }
    });
  });

  test("and no secret was ever told", () => {
    const passwords = [ACCOUNT, WRONG].flatMap(({ user, password }) => [password, `${user}:${password}`]);
    const secrets = [...passwords, REFRESH_TOKEN, ...forgetful.tokens, ...brief.tokens];
    const forms = secrets.flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
    ]);
    const text = shown.join("\n");
    expect(text.length).toBeGreaterThan(100_000);
    expect(forms.filter((form) => text.includes(form))).toEqual([]);
  });
});
