import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LayerscopeError } from "../../src/model/errors.ts";
import { formatImageReference, isTag, parseImageReference } from "../../src/source/image-reference.ts";

const HEX = "0123456789abcdef".repeat(4);
const DIGEST = `sha256:${HEX}`;

describe("a name is taken apart as engines do", () => {
  test.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["nginx:alpine", "docker.io/library/nginx:alpine"],
    ["library/nginx", "docker.io/library/nginx:latest"],
    ["group/app:1.0", "docker.io/group/app:1.0"],
    ["a/b/c:d", "docker.io/a/b/c:d"],
    ["docker.io/nginx", "docker.io/library/nginx:latest"],
    ["index.docker.io/nginx", "docker.io/library/nginx:latest"],
    ["docker.io/group/app", "docker.io/group/app:latest"],
    ["registry.example/app", "registry.example/app:latest"],
    ["REGISTRY.example/app", "registry.example/app:latest"],
    ["localhost/app", "localhost/app:latest"],
    ["localhost:5000", "docker.io/library/localhost:5000"],
    ["localhost:5000/app", "localhost:5000/app:latest"],
    ["localhost:5000/app:5000", "localhost:5000/app:5000"],
    ["registry:80/app", "registry:80/app:latest"],
    ["127.0.0.1:5000/a/b:c", "127.0.0.1:5000/a/b:c"],
    ["[::1]:5000/app", "[::1]:5000/app:latest"],
    ["a__b/c.d/e-f/g--h", "docker.io/a__b/c.d/e-f/g--h:latest"],
    [`nginx@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`],
    [`nginx:alpine@${DIGEST}`, `docker.io/library/nginx:alpine@${DIGEST}`],
    [`localhost:5000/app@sha512:${HEX}${HEX}`, `localhost:5000/app@sha512:${HEX}${HEX}`],
    [`app:${"t".repeat(128)}`, `docker.io/library/app:${"t".repeat(128)}`],
    ["app:Tag_1.2-RC", "docker.io/library/app:Tag_1.2-RC"],
  ])("%s is %s", (name, whole) => {
    expect(formatImageReference(parseImageReference(name))).toBe(whole);
  });

  test("a digest alone leaves the tag out", () => {
    expect(parseImageReference(`nginx@${DIGEST}`)).toEqual({
      registry: "docker.io",
      repository: "library/nginx",
      tag: undefined,
      digest: DIGEST,
    });
  });
});

describe("what is wrong is said", () => {
  test.each([
    ["", "it is empty"],
    ["Nginx", '"Nginx" is not in lower case'],
    ["group/App:Tag", '"App" is not in lower case'],
    ["registry.example/Group/app", '"Group" is not in lower case'],
    ["https://registry.example/app", "it begins with a scheme"],
    ["app:", "the tag after the colon is missing"],
    ["app:-x", '"-x" is not a tag'],
    ["app:a b", '"a b" is not a tag'],
    [`app:${"t".repeat(129)}`, "the tag has more than 128 characters"],
    ["registry.example/", "a part of it between slashes is empty"],
    ["a//b", "a part of it between slashes is empty"],
    ["a/b/", "a part of it between slashes is empty"],
    ["a---_b", '"a---_b" cannot be part of it'],
    ["a___b", '"a___b" cannot be part of it'],
    ["-a", '"-a" cannot be part of it'],
    ["a/../b", '".." cannot be part of it'],
    ["a/b?c", '"b?c" cannot be part of it'],
    ["a\nb", "cannot be part of it"],
    [`${"a".repeat(256)}`, "the repository has more than 255 characters"],
    ["localhost:99999/app", '"localhost:99999" is not a host'],
    ["localhost:0/app", '"localhost:0" is not a host'],
    ["host.:80/app", '"host.:80" is not a host'],
    ["user:secret@registry.example/app", '"registry.example/app" is not a digest'],
    ["app@sha256:abc", '"sha256:abc" is not a digest'],
    [`app@md5:${HEX}`, "is not a digest"],
    [`app@sha256:${HEX.toUpperCase()}`, "is not a digest"],
    [`app@${DIGEST}@${DIGEST}`, "is not a digest"],
    [HEX, "an image's ID"],
  ])("%j: %s", (name, problem) => {
    expect(() => parseImageReference(name)).toThrow(problem);
  });
});

test.each([
  "user:hunter2@registry.example/app",
  "https://user:hunter2@registry.example/app",
  "https://user:hunter2@registry.example/a@b/app",
])("a password in %s is not shown", (name) => {
  expect(() => parseImageReference(name)).toThrow(
    expect.objectContaining({
      message: expect.not.stringContaining("hunter2"),
      where: { source: expect.not.stringContaining("hunter2") },
    }),
  );
});

const component = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,6}$/), { minLength: 1, maxLength: 3 })
  .chain((words) => fc.constantFrom(".", "_", "__", "-", "--").map((separator) => words.join(separator)));
const references = fc.record({
  registry: fc.constantFrom(
    "docker.io",
    "registry.example",
    "localhost",
    "localhost:5000",
    "10.0.0.1:443",
    "[fe80::1]:80",
  ),
  repository: fc.array(component, { minLength: 2, maxLength: 4 }).map((components) => components.join("/")),
  tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: undefined }),
  digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
});

test("every name that is put together is taken apart again", () => {
  fc.assert(
    fc.property(references, (reference) => {
      expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
    }),
  );
});

test("whatever is accepted is the same when it is written in full", () => {
  const texts = fc.stringMatching(/^[a-zA-Z0-9.:@/_-]{0,40}$/);
  fc.assert(
    fc.property(fc.oneof(texts, fc.string({ unit: "binary" })), (text) => {
      let reference: ReturnType<typeof parseImageReference>;
      try {
        reference = parseImageReference(text);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(LayerscopeError);
        expect(thrown).toMatchObject({ code: "invalid-reference" });
        return;
      }
      expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
      expect(URL.canParse(`https://${reference.registry}/v2/${reference.repository}/`)).toBe(true);
      expect(new URL(`https://${reference.registry}/v2/${reference.repository}/`).pathname).toBe(
        `/v2/${reference.repository}/`,
      );
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["latest", true],
  ["a/b", false],
  ["", false],
  ["a?b", false],
])("%j as a tag: %s", (text, is) => {
  expect(isTag(text)).toBe(is);
});
