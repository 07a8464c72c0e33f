import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { IdentityToken, RegistryToken } from "../../../src/source/registry/credentials/credentials.ts";
import {
  BASIC,
  blobOf,
  collect,
  deafHost,
  everythingIn,
  failure,
  type LocalServer,
  open,
  SECRET,
  serve,
  USER,
} from "./local-server.ts";

const pauses = vi.hoisted(() => [] as number[]);
vi.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number) => {
    pauses.push(ms);
  },
}));
vi.mock("../../../src/source/registry/timeouts.ts", async (original) => ({
  ...(await original<object>()),
  HEADERS_MS: 500,
}));

beforeEach(() => {
  pauses.length = 0;
});

const OCI = "application/vnd.oci.image.manifest.v1+json";
const MANIFEST = blobOf('{"schemaVersion":2}');

function give(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": OCI, ...headers }).end(MANIFEST.bytes);
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};

const says = (code: string, message: string) => ({ errors: [{ code, message }] });

/** Any string that has the text in it. */
const saying = (text: string): string => expect.stringContaining(text);

describe("a manifest", () => {
  test("comes as it is, with the digest of its bytes", async () => {
    await using server = await serve((_, response) => give(response, { "content-type": `${OCI}; charset=utf-8` }));
    await using repository = open(server.host);
    const { bytes, mediaType, digest } = await repository.manifest("tag");
    expect(Buffer.from(bytes).equals(MANIFEST.bytes)).toBe(true);
    expect({ mediaType, digest }).toEqual({ mediaType: OCI, digest: MANIFEST.digest });
    expect(server.requests).toMatchObject([{ path: "/v2/group/app/manifests/tag", authorization: undefined }]);
  });

  test("by its digest is checked", async () => {
    await using server = await serve((_, response) => give(response));
    await using repository = open(server.host);
    expect((await repository.manifest(MANIFEST.digest)).digest).toBe(MANIFEST.digest);
    const other = blobOf("other").digest;
    await expect(repository.manifest(other)).rejects.toMatchObject({
      code: "digest-mismatch",
      where: { digest: other },
    });
  });

  test("by a sha512 digest is checked by that", async () => {
    await using server = await serve((_, response) => give(response));
    await using repository = open(server.host);
    const sha512 = `sha512:${createHash("sha512").update(MANIFEST.bytes).digest("hex")}`;
    expect((await repository.manifest(sha512)).digest).toBe(sha512);
  });

  test("is checked by what the registry says of it", async () => {
    const told = blobOf("other").digest;
    await using server = await serve((_, response) => give(response, { "docker-content-digest": told }));
    await using repository = open(server.host);
    await expect(repository.manifest("tag")).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  test("that is too large is not taken in", async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { "content-type": OCI });
      const mebibyte = Buffer.alloc(2 ** 20, " ");
      const more = (): void => void response.write(mebibyte, (error) => error || more());
      more();
    });
    await using repository = open(server.host);
    await expect(repository.manifest("tag")).rejects.toMatchObject({ code: "limit-exceeded" });
  });

  test.each([
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
  ])("of the old kind is named as such: %s", async (type) => {
    await using server = await serve((_, response) => give(response, { "content-type": type }));
    await using repository = open(server.host);
    await expect(repository.manifest("tag")).rejects.toMatchObject({
      code: "unsupported-source",
      message: saying("schema 1"),
    });
  });

  test("that is a web page is none", async () => {
    await using server = await serve((_, response) => give(response, { "content-type": "text/html" }));
    await using repository = open(server.host);
    await expect(repository.manifest("tag")).rejects.toMatchObject({
      message: saying("does not answer as a registry"),
    });
  });

  test.each(["../../other/manifests/tag", "a b", "", "sha256:abc"])(
    "of something that is no tag is not asked for: %j",
    async (tag) => {
      await using server = await serve((_, response) => give(response));
      await using repository = open(server.host);
      await expect(repository.manifest(tag)).rejects.toMatchObject({ code: "invalid-reference" });
      expect(server.requests).toEqual([]);
    },
  );

  test.each([429, 500, 502, 503, 504, 408])("is asked for again after %i", async (status) => {
    await using server = await serve((_, response, count) => {
      if (count < 2) response.writeHead(status).end();
      else give(response);
    });
    await using repository = open(server.host);
    expect((await repository.manifest("tag")).digest).toBe(MANIFEST.digest);
    expect(pauses).toHaveLength(2);
  });

  test("is asked for again after a connection that broke, and after no answer in time", async () => {
    await using server = await serve((_, response, count) => {
      if (count === 1) response.socket?.destroy();
      else if (count !== 2) give(response);
    });
    await using repository = open(server.host);
    await repository.manifest("tag");
    expect((await repository.manifest("tag")).digest).toBe(MANIFEST.digest);
    expect(server.requests).toHaveLength(4);
  });
});

describe("an error says what is wrong and what to do", () => {
  const errorOf = async (status: number, body: unknown, headers: Record<string, string> = {}, as?: typeof USER) => {
    await using server = await serve((_, response) => json(response, status, body, headers));
    await using repository = open(server.host, as ? { as } : {});
    const error = await failure(repository.manifest("tag"));
    const told = (text: string | undefined): string | undefined => text?.replaceAll(server.host, "HOST");
    return { code: error.code, message: told(error.message), hint: told(error.hint) };
  };

  test("an unknown tag", async () => {
    expect(await errorOf(404, says("MANIFEST_UNKNOWN", "manifest unknown"))).toEqual({
      code: "no-such-image",
      message: "HOST has no HOST/group/app:tag",
      hint: "The name was understood as HOST/group/app:tag, and the answer was: manifest unknown.",
    });
  });

  test("an unknown repository", async () => {
    expect(await errorOf(404, says("NAME_UNKNOWN", "repository name not known to registry"))).toMatchObject({
      code: "no-such-image",
      message: "HOST has no repository of the name HOST/group/app",
    });
  });

  test("something that is no registry", async () => {
    expect(await errorOf(404, "nothing here")).toMatchObject({
      code: "no-such-image",
      message: "HOST does not answer as a registry does, but with 404",
    });
  });

  test("no permission, without credentials", async () => {
    expect(await errorOf(401, says("UNAUTHORIZED", "authentication required"))).toEqual({
      code: "refused",
      message: "HOST refuses HOST/group/app: authentication required",
      hint: "If it is private, log in with docker login HOST. Some registries answer the same for a name that does not exist, so check it too.",
    });
  });

  test("no permission, with credentials", async () => {
    const error = await errorOf(401, says("DENIED", "no"), { "www-authenticate": 'Basic realm="x"' }, USER);
    expect(error).toEqual({
      code: "refused",
      message: "HOST refuses HOST/group/app: no",
      hint: "The credentials for HOST (from the test) are wrong or do not reach that far; log in again with docker login HOST.",
    });
  });

  test("forbidden", async () => {
    expect(await errorOf(403, {})).toMatchObject({
      code: "refused",
      message: "HOST refuses HOST/group/app: it answers 403",
    });
  });

  test("too many requests, for longer than anybody waits", async () => {
    expect(await errorOf(429, says("TOOMANYREQUESTS", "slow down"), { "retry-after": "3600" })).toEqual({
      code: "unreachable",
      message: "HOST has had too many requests from here (slow down)",
      hint: "Try again in 3600 s, or log in with docker login HOST: who is logged in may ask more often.",
    });
  });

  test("a server that is down", async () => {
    expect(await errorOf(503, "down")).toMatchObject({ code: "unreachable", message: "HOST answers 503" });
    expect(pauses).toHaveLength(4);
  });

  test("an answer that makes no sense", async () => {
    expect(await errorOf(418, says("TEAPOT", "a\nb\u001b[31m"))).toMatchObject({
      message: "HOST answers 418 (a b [31m)",
    });
  });

  test("a long answer is cut", async () => {
    const { message } = await errorOf(400, says("X", "x".repeat(10_000)));
    expect(message?.length).toBeLessThan(250);
  });

  test("problems on the way to credentials", async () => {
    await using server = await serve((_, response) => response.writeHead(401, { "www-authenticate": "Basic" }).end());
    const credentials = async () => ({
      credentials: undefined,
      origin: undefined,
      problems: ["the helper is not there"],
    });
    await using repository = open(server.host, { credentials });
    expect((await failure(repository.manifest("tag"))).hint).toMatch(/^the helper is not there\. If it is private/);
  });

  test("nobody there", async () => {
    const host = await deafHost();
    await using repository = open(host);
    await expect(repository.manifest("tag")).rejects.toMatchObject({
      code: "unreachable",
      message: `${host}: it refuses the connection`,
    });
    expect(pauses).toEqual([]);
  });

  test("no host of that name", async () => {
    await using repository = open("registry.invalid");
    await expect(repository.manifest("tag")).rejects.toMatchObject({
      code: "unreachable",
      message: saying("registry.invalid: "),
    });
  });
});

/** A registry that wants a token of its own token service. */
async function serveWithTokens(
  answerToken: (response: ServerResponse, count: number) => void,
  { accepts = () => true as boolean, realm = (host: string) => `http://${host}/token` } = {},
): Promise<LocalServer> {
  let tokens = 0;
  const server = await serve(({ path, authorization }, response) => {
    if (path.startsWith("/token")) return answerToken(response, tokens++);
    if (authorization?.startsWith("Bearer ") && accepts()) return give(response);
    const challenge = `Bearer realm="${realm(server.host)}",service="the service",scope="repository:group/app:pull"`;
    json(response, 401, says("UNAUTHORIZED", "authentication required"), { "www-authenticate": challenge });
  });
  return server;
}

const tokenRequests = ({ requests }: LocalServer) => requests.filter(({ path }) => path.startsWith("/token"));

describe("a token", () => {
  test("is fetched without credentials when there are none", async () => {
    await using server = await serveWithTokens((response) => json(response, 200, { token: "t1" }));
    await using repository = open(server.host);
    await repository.manifest("tag");
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined, "Bearer t1"]);
    expect(server.requests[1]?.path).toBe("/token?service=the+service&scope=repository%3Agroup%2Fapp%3Apull");
  });

  test("is fetched with the password, which the registry never gets", async () => {
    await using server = await serveWithTokens((response) => json(response, 200, { access_token: "t1" }));
    await using repository = open(server.host, { as: USER });
    await repository.manifest("tag");
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined, BASIC, "Bearer t1"]);
  });

  test("is fetched with an identity token by OAuth", async () => {
    await using server = await serveWithTokens((response) => json(response, 200, { access_token: "t1" }));
    await using repository = open(server.host, { as: new IdentityToken(SECRET) });
    await repository.manifest("tag");
    const [request] = tokenRequests(server);
    expect(request).toMatchObject({ method: "POST", path: "/token", authorization: undefined });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: "refresh_token",
      refresh_token: SECRET,
      service: "the service",
      scope: "repository:group/app:pull",
      client_id: "layerscope",
    });
  });

  test("of the registry's own is sent as it is", async () => {
    await using server = await serveWithTokens((response) => json(response, 500, {}));
    await using repository = open(server.host, { as: new RegistryToken("given") });
    await repository.manifest("tag");
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined, "Bearer given"]);
  });

  test("is used as long as it lasts", async () => {
    await using server = await serveWithTokens((response) => json(response, 200, { token: "t1", expires_in: 300 }));
    await using repository = open(server.host);
    for (let count = 0; count < 3; count++) await repository.manifest("tag");
    expect(tokenRequests(server)).toHaveLength(1);
  });

  test("is fetched again when it has run out", async () => {
    await using server = await serveWithTokens((response, count) =>
      json(response, 200, { token: `t${count}`, expires_in: 1 }),
    );
    await using repository = open(server.host);
    for (let count = 0; count < 3; count++) await repository.manifest("tag");
    expect(tokenRequests(server)).toHaveLength(3);
  });

  test("is fetched again when the registry does not take it any more", async () => {
    let refusals = 0;
    const accepts = (): boolean => refusals-- <= 0;
    await using server = await serveWithTokens(
      (response, count) => json(response, 200, { token: `t${count}`, expires_in: 300 }),
      { accepts },
    );
    await using repository = open(server.host);
    await repository.manifest("tag");
    refusals = 1;
    await repository.manifest("tag");
    expect(server.requests.at(-1)?.authorization).toBe("Bearer t1");
  });

  test("that the registry never takes is an error", async () => {
    await using server = await serveWithTokens((response) => json(response, 200, { token: "t" }), {
      accepts: () => false,
    });
    await using repository = open(server.host);
    await expect(repository.manifest("tag")).rejects.toMatchObject({ code: "refused" });
    expect(tokenRequests(server)).toHaveLength(1);
  });

  test("is fetched once for two transfers at a time", async () => {
    await using server = await serveWithTokens((response) => json(response, 200, { token: "t", expires_in: 300 }));
    await using repository = open(server.host);
    const reading = [1, 2].map(() => collect(repository.read(MANIFEST.digest, MANIFEST.size)));
    await Promise.all(reading);
    expect(tokenRequests(server)).toHaveLength(1);
  });

  test("is fetched by one transfer when another that began it stops", async () => {
    const controller = new AbortController();
    await using server = await serveWithTokens((response, count) => {
      if (count === 0) controller.abort();
      else json(response, 200, { token: "t", expires_in: 300 });
    });
    await using repository = open(server.host);
    const first = failure(repository.manifest("tag", controller.signal));
    const second = repository.manifest("tag");
    expect((await first).code).toBe("aborted");
    expect((await second).digest).toBe(MANIFEST.digest);
  });

  test.each([
    ["nothing", ""],
    ["no address", "somewhere"],
    ["a file", "file:///etc/passwd"],
  ])("cannot be fetched from %s", async (_, realm) => {
    await using server = await serveWithTokens((response) => json(response, 200, { token: "t" }), {
      realm: () => realm,
    });
    await using repository = open(server.host, { as: USER });
    await expect(repository.manifest("tag")).rejects.toMatchObject({ message: saying("names no place") });
  });

  test("is not fetched from elsewhere without TLS", async () => {
    await using server = await serveWithTokens(() => {}, { realm: () => "http://auth.example/token" });
    await using repository = open(server.host, { as: USER });
    await expect(repository.manifest("tag")).rejects.toMatchObject({
      code: "refused",
      message: saying("sends us to auth.example for a token, without TLS"),
    });
  });

  test("is not fetched by way of a redirect", async () => {
    await using thief = await serve((_, response) => json(response, 200, { token: "t" }));
    await using server = await serveWithTokens((response) =>
      response.writeHead(307, { location: `http://${thief.host}/token` }).end(),
    );
    await using repository = open(server.host, { as: USER });
    await expect(repository.manifest("tag")).rejects.toMatchObject({ code: "unreachable" });
    expect(thief.requests).toEqual([]);
  });

  test.each([{}, { token: "" }, { token: 5 }, { token: "a\r\nb: c" }, [], "text"])(
    "is not made of %j",
    async (answer) => {
      await using server = await serveWithTokens((response) => json(response, 200, answer));
      await using repository = open(server.host);
      await expect(repository.manifest("tag")).rejects.toMatchObject({ message: saying("holds no token") });
    },
  );

  test("service that is busy is asked again", async () => {
    await using server = await serveWithTokens((response, count) => {
      if (count === 0) response.writeHead(503).end();
      else json(response, 200, { token: "t" });
    });
    await using repository = open(server.host);
    expect((await repository.manifest("tag")).digest).toBe(MANIFEST.digest);
  });
});

describe("basic authentication", () => {
  const challenge = { "www-authenticate": 'Basic realm="registry"' };

  test("gives the password when it is asked for, and from then on", async () => {
    await using server = await serve(({ authorization }, response) => {
      if (authorization === BASIC) give(response);
      else json(response, 401, {}, challenge);
    });
    await using repository = open(server.host, { as: USER });
    await repository.manifest("tag");
    await repository.manifest("tag");
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined, BASIC, BASIC]);
  });

  test("gives a wrong password once", async () => {
    await using server = await serve((_, response) => json(response, 401, {}, challenge));
    await using repository = open(server.host, { as: USER });
    await expect(repository.manifest("tag")).rejects.toMatchObject({ code: "refused" });
    expect(server.requests).toHaveLength(2);
  });
});

describe("no secret is shown", () => {
  const TOKEN = "token-that-is-secret";
  const echoes = (text: string) => says("X", `you sent ${text}`);

  test.each([400, 401, 403, 404, 429, 500])("though the registry sends back what it got, with %i", async (status) => {
    await using server = await serve(({ authorization, path }, response) => {
      if (path.startsWith("/token")) return json(response, 200, { token: TOKEN });
      const challenge = { "www-authenticate": `Bearer realm="http://${server.host}/token"` };
      if (!authorization) return json(response, 401, {}, challenge);
      json(response, status, echoes(`${authorization} ${SECRET} ${BASIC}`));
    });
    await using repository = open(server.host, { as: USER });
    const error = await failure(repository.manifest("tag"));
    expect(error.message + (error.hint ?? "")).toContain(status === 404 ? "***" : "you sent Bearer ***");
    const shown = everythingIn(error);
    for (const secret of [TOKEN, SECRET, BASIC.slice(6)]) expect(shown).not.toContain(secret);
  });

  test.each([401, 429, 500, 200])("though the token service sends back what it got, with %i", async (status) => {
    for (const as of [USER, new IdentityToken(SECRET)]) {
      await using server = await serve(({ authorization, path, body }, response) => {
        const challenge = { "www-authenticate": `Bearer realm="http://${server.host}/token"` };
        if (!path.startsWith("/token")) return json(response, 401, {}, challenge);
        json(response, status, { details: `${authorization} ${body} ${SECRET}`, access_token: `${SECRET}\n` });
      });
      await using repository = open(server.host, { as });
      const shown = everythingIn(await failure(repository.manifest("tag")));
      for (const secret of [SECRET, BASIC.slice(6)]) expect(shown).not.toContain(secret);
    }
  });
});
