/** Which keys mean which registry. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { helperKeys, matchingKeys } from "../../../../src/source/registry/credentials/registry-key.ts";

describe("a key", () => {
  test.each([
    ["example.com", "example.com", "app"],
    ["EXAMPLE.com", "example.com", "app"],
    ["example.com/", "example.com", "app"],
    ["http://example.com", "example.com", "app"],
    ["https://example.com", "example.com", "app"],
    ["https://example.com/", "example.com", "app"],
    ["https://example.com/v1/", "example.com", "app"],
    ["https://example.com/v2/", "example.com", "app"],
    ["example.com/v2/", "example.com", "app"],
    ["https://example.com/what/ever", "example.com", "app"],
    ["localhost:5000", "localhost:5000", "app"],
    ["https://localhost:5000/v1/", "localhost:5000", "app"],
    ["[::1]:5000", "[::1]:5000", "app"],
    ["example.com/group", "example.com", "group/app"],
    ["example.com/group/", "example.com", "group/app"],
    ["example.com/group", "example.com", "group"],
    ["example.com/group/app", "example.com", "group/app"],
    ["example.com/v2", "example.com", "v2/app"],
    ["https://index.docker.io/v1/", "docker.io", "library/nginx"],
    ["index.docker.io", "docker.io", "library/nginx"],
    ["docker.io", "docker.io", "library/nginx"],
    ["registry-1.docker.io", "docker.io", "library/nginx"],
    ["docker.io/library", "docker.io", "library/nginx"],
    ["docker.io", "registry-1.docker.io", "library/nginx"],
    ["https://index.docker.io/v1/", "index.docker.io", "library/nginx"],
  ])("%s fits %s, %s", (key, registry, repository) => {
    expect(matchingKeys([key], { registry, repository })).toEqual([key]);
  });

  test.each([
    ["example.com", "example.org", "app"],
    ["example.com", "www.example.com", "app"],
    ["www.example.com", "example.com", "app"],
    ["example.com", "example.com:5000", "app"],
    ["example.com:5000", "example.com", "app"],
    ["localhost:5000", "localhost:5001", "app"],
    ["example.com/group", "example.com", "groups/app"],
    ["example.com/group", "example.com", "app"],
    ["example.com/group/app", "example.com", "group"],
    ["example.com/group/app", "example.com", "group/application"],
    ["example.com/group", "example.com", undefined],
    ["example.com/v2", "example.com", "app"],
    ["https://user:word@example.com", "example.com", "app"],
    ["evil.example/example.com", "example.com", "app"],
    ["https://evil.example/?example.com", "example.com", "app"],
    ["example.com.evil.example", "example.com", "app"],
    ["https://index.docker.io/v1/", "hub.docker.com", "library/nginx"],
    ["docker.io.example.com", "docker.io", "library/nginx"],
    ["", "example.com", "app"],
    ["https://", "example.com", "app"],
  ])("%s does not fit %s, %s", (key, registry, repository) => {
    expect(matchingKeys([key], { registry, repository })).toEqual([]);
  });

  test("of the old file is a host, whatever follows", () => {
    const query = { registry: "example.com", repository: "app", legacy: true };
    expect(matchingKeys(["example.com/group/v1"], query)).toEqual(["example.com/group/v1"]);
  });
});

describe("of several keys", () => {
  test("the most specific is the first", () => {
    const keys = ["example.com", "example.com/a", "example.com/a/b/c", "example.com/a/b", "example.com/a/x"];
    expect(matchingKeys(keys, { registry: "example.com", repository: "a/b/c" })).toEqual([
      "example.com/a/b/c",
      "example.com/a/b",
      "example.com/a",
      "example.com",
    ]);
  });

  test("the plain spelling is before others", () => {
    const keys = ["https://example.com/v1/", "https://example.com", "example.com"];
    expect(matchingKeys(keys, { registry: "example.com" })[0]).toBe("example.com");
  });

  test("Docker's own spelling of its Hub is before others", () => {
    const keys = ["index.docker.io", "docker.io", "https://index.docker.io/v1/"];
    expect(matchingKeys(keys, { registry: "docker.io" })).toEqual([
      "https://index.docker.io/v1/",
      "docker.io",
      "index.docker.io",
    ]);
  });

  test("their order in the document makes no difference to which is taken", () => {
    const part = fc.constantFrom("a", "b");
    const key = fc.array(part, { maxLength: 4 }).map((parts) => ["example.com", ...parts].join("/"));
    const shuffledTwice = fc
      .uniqueArray(key)
      .chain((keys) => fc.tuple(...[0, 1].map(() => fc.shuffledSubarray(keys, { minLength: keys.length }))));
    fc.assert(
      fc.property(shuffledTwice, fc.array(part, { minLength: 1 }), ([keys = [], again = []], parts) => {
        const query = { registry: "example.com", repository: parts.join("/") };
        expect(matchingKeys(keys, query)).toEqual(matchingKeys(again, query));
      }),
    );
  });
});

describe("a helper is asked", () => {
  test("for the host and port", () => expect(helperKeys("localhost:5000")).toEqual(["localhost:5000"]));

  test.each(["docker.io", "index.docker.io", "registry-1.docker.io"])(
    "for both names of Docker Hub: %s",
    (registry) => {
      expect(helperKeys(registry)).toEqual(["https://index.docker.io/v1/", "docker.io"]);
    },
  );
});
