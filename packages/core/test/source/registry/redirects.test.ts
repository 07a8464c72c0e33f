import { expect, test } from "vitest";
import { BASIC, blobOf, collect, type LocalServer, open, serve, USER } from "./local-server.ts";

const BLOB = blobOf("content");

/** A registry with basic authentication that sends whoever wants a blob somewhere else. */
async function serveRedirects(location: (path: string) => string, status = 307): Promise<LocalServer> {
  return serve(({ authorization, path }, response) => {
    if (authorization !== BASIC && path.startsWith("/v2/group/app/blobs/")) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    } else {
      response.writeHead(status, { location: location(path) }).end("see there");
    }
  });
}

test.each([301, 302, 303, 307, 308])("a storage elsewhere gets no authorization: %i", async (status) => {
  await using storage = await serve((_, response) => response.end(BLOB.bytes));
  await using server = await serveRedirects(() => `http://${storage.host}/bucket?signature=s`, status);
  await using repository = open(server.host, { as: USER });
  expect(await collect(repository.read(BLOB.digest, BLOB.size))).toEqual(BLOB.bytes);
  expect(storage.requests).toMatchObject([{ path: "/bucket?signature=s", authorization: undefined }]);
});

test("another path of the registry gets it", async () => {
  await using server = await serve(({ path, authorization }, response) => {
    if (!authorization) response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    else if (path === "/elsewhere") response.end(BLOB.bytes);
    else response.writeHead(307, { location: "/elsewhere" }).end();
  });
  await using repository = open(server.host, { as: USER });
  expect(await collect(repository.read(BLOB.digest, BLOB.size))).toEqual(BLOB.bytes);
  expect(server.requests.at(-1)).toMatchObject({ path: "/elsewhere", authorization: BASIC });
});

test("who has left the registry comes back without authorization", async () => {
  await using server = await serve(({ path, authorization }, response) => {
    if (path === "/trap") response.end(BLOB.bytes);
    else if (!authorization) response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    else response.writeHead(307, { location: `http://${storage.host}/` }).end();
  });
  await using storage: LocalServer = await serve((_, response) =>
    response.writeHead(307, { location: `http://${server.host}/trap` }).end(),
  );
  await using repository = open(server.host, { as: USER });
  await collect(repository.read(BLOB.digest, BLOB.size));
  expect(server.requests.at(-1)).toMatchObject({ path: "/trap", authorization: undefined });
});

test("a user in the address of the storage is not sent there", async () => {
  await using storage = await serve((_, response) => response.end(BLOB.bytes));
  await using server = await serveRedirects(() => `http://a:b@${storage.host}/`);
  await using repository = open(server.host, { as: USER });
  await collect(repository.read(BLOB.digest, BLOB.size));
  expect(storage.requests[0]?.authorization).toBeUndefined();
});

test("each attempt asks the registry again, since links go stale", async () => {
  await using storage = await serve((_, response, count) => {
    if (count === 0) response.writeHead(500).end();
    else response.end(BLOB.bytes);
  });
  let links = 0;
  await using server = await serveRedirects(() => `http://${storage.host}/${links++}`);
  await using repository = open(server.host, { as: USER });
  await collect(repository.read(BLOB.digest, BLOB.size));
  expect(storage.requests.map(({ path }) => path)).toEqual(["/0", "/1"]);
});

test("more than five redirects are too many", async () => {
  await using server = await serveRedirects((path) => `${path}x`);
  await using repository = open(server.host, { as: USER });
  await expect(collect(repository.read(BLOB.digest, BLOB.size))).rejects.toMatchObject({ code: "unreachable" });
  expect(server.requests).toHaveLength(7);
});

test.each(["", "ftp://host/", "http://", "data:text/plain,content"])(
  "a redirect to %j leads nowhere",
  async (location) => {
    await using server = await serveRedirects(() => location);
    await using repository = open(server.host, { as: USER });
    await expect(collect(repository.read(BLOB.digest, BLOB.size))).rejects.toMatchObject({ code: "unreachable" });
  },
);

test("a storage that forbids is not a registry that wants a login", async () => {
  await using storage = await serve((_, response) => response.writeHead(403).end());
  await using server = await serveRedirects(() => `http://${storage.host}/bucket?signature=hunter2`);
  await using repository = open(server.host, { as: USER });
  const reading = collect(repository.read(BLOB.digest, BLOB.size));
  await expect(reading).rejects.toMatchObject({
    code: "unreachable",
    message: expect.not.stringContaining("hunter2"),
    hint: undefined,
  });
});
