import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryPath } from "../../../../test/temporary-directory.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import { parseReference } from "../../src/source/reference.ts";

const before = process.cwd();
beforeAll(() => {
  const directory = temporaryPath();
  mkdirSync(directory);
  process.chdir(directory);
  for (const name of ["app.tar", "with:colon.tar", "docker", "a:b:c"]) writeFileSync(name, "x");
  mkdirSync("layout");
});
afterAll(() => process.chdir(before));

test.each<[string, object]>([
  ["-", { kind: "stdin" }],
  ["docker-archive:-", { kind: "stdin" }],
  ["app.tar", { kind: "path", path: "app.tar" }],
  ["./app.tar", { kind: "path", path: "./app.tar" }],
  ["layout", { kind: "path", path: "layout" }],
  ["docker", { kind: "path", path: "docker" }],
  ["with:colon.tar", { kind: "path", path: "with:colon.tar" }],
  ["docker-archive:app.tar", { kind: "path", path: "app.tar" }],
  ["docker-archive://app.tar", { kind: "path", path: "app.tar" }],
  ["docker-archive:with:colon.tar", { kind: "path", path: "with:colon.tar" }],
  ["oci-archive:app.tar", { kind: "path", path: "app.tar" }],
  ["oci:layout", { kind: "path", path: "layout" }],
  ["oci-dir:layout", { kind: "path", path: "layout" }],
  ["dir:layout", { kind: "path", path: "layout" }],
  ["oci://layout", { kind: "path", path: "layout" }],
  ["app.tar:app:1", { kind: "path", path: "app.tar", image: "app:1" }],
  ["app.tar:registry.example:5000/app:1", { kind: "path", path: "app.tar", image: "registry.example:5000/app:1" }],
  ["docker-archive:app.tar:app:1", { kind: "path", path: "app.tar", image: "app:1" }],
  ["nginx", { kind: "name", name: "nginx" }],
  ["registry.example:5000/a/b:1", { kind: "name", name: "registry.example:5000/a/b:1" }],
  ["[::1]:5000/a", { kind: "name", name: "[::1]:5000/a" }],
  ["docker:nginx", { kind: "engine", engine: "docker", name: "nginx" }],
  ["docker://nginx:1", { kind: "engine", engine: "docker", name: "nginx:1" }],
  ["docker-daemon:nginx", { kind: "engine", engine: "docker", name: "nginx" }],
  ["podman:nginx", { kind: "engine", engine: "podman", name: "nginx" }],
  ["containers-storage:nginx", { kind: "engine", engine: "podman", name: "nginx" }],
  ["containerd:nginx", { kind: "engine", engine: "containerd", name: "nginx" }],
  ["registry:nginx@sha256:00", { kind: "registry", name: "nginx@sha256:00" }],
  ["container:web", { kind: "container", name: "web" }],
  ["oci:layout:latest", { kind: "path", path: "layout", image: "latest" }],
  ["with:colon.tar:latest", { kind: "path", path: "with:colon.tar", image: "latest" }],
  ["a:b:c", { kind: "path", path: "a:b:c" }],
])("%s", (text, reference) => {
  expect(parseReference(text)).toEqual(reference);
});

test("an absolute path after a scheme, with :// too", () => {
  const path = join(process.cwd(), "app.tar");
  expect(parseReference(`docker-archive:${path}`)).toEqual({ kind: "path", path });
  expect(parseReference(`docker-archive://${path}`)).toEqual({ kind: "path", path });
});

describe("what cannot be opened says what to do", () => {
  const failureOf = (text: string): LayerscopeError => {
    try {
      parseReference(text);
    } catch (thrown) {
      if (thrown instanceof LayerscopeError) return thrown;
    }
    throw new Error("no error of ours");
  };

  test.each([
    ["", "invalid-reference", /standard input/],
    ["docker-archive:", "invalid-reference", undefined],
    ["oci://", "invalid-reference", undefined],
    ["missing.tar", "not-found", /Check the path/],
    ["./missing", "not-found", /Check the path/],
    ["docker-archive:missing.tar", "not-found", /Check the path/],
    ["oci:missing:latest", "not-found", /Check the path/],
    ["docker:", "invalid-reference", undefined],
    ["registry://", "invalid-reference", undefined],
    ["typo.tar", "not-found", /Check the path/],
    ["./nginx", "not-found", /Check the path/],
    ["app.tar:", "not-found", undefined],
    ["nul\0byte", "not-found", undefined],
  ])("%j", (text, code, hint) => {
    const error = failureOf(text);
    expect(error.code).toBe(code);
    if (hint) expect(error.hint).toMatch(hint);
  });
});
