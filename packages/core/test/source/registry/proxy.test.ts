import { describe, expect, test } from "vitest";
import { proxyFor } from "../../../src/source/registry/proxy.ts";

const proxy = (url: string, env: NodeJS.ProcessEnv) => proxyFor(new URL(url), env)?.href;
const BOTH = { HTTPS_PROXY: "http://secure:3128", HTTP_PROXY: "http://plain:3128" };

test.each([
  ["https://registry.example/v2/", BOTH, "http://secure:3128/"],
  ["http://registry.example/v2/", BOTH, "http://plain:3128/"],
  ["https://registry.example/v2/", { HTTP_PROXY: "http://plain:3128" }, undefined],
  ["https://registry.example/v2/", { https_proxy: "http://small:1" }, "http://small:1/"],
  ["https://registry.example/v2/", { HTTPS_PROXY: "", https_proxy: "http://small:1" }, "http://small:1/"],
  ["https://registry.example/v2/", { HTTPS_PROXY: "proxy:3128" }, "http://proxy:3128/"],
  ["https://registry.example/v2/", { HTTPS_PROXY: "https://u:p@proxy" }, "https://u:p@proxy/"],
  ["https://registry.example/v2/", {}, undefined],
  ["https://localhost:5000/v2/", BOTH, undefined],
  ["https://127.0.0.1:5000/v2/", BOTH, undefined],
  ["https://127.8.9.1/v2/", BOTH, undefined],
  ["https://[::1]:5000/v2/", BOTH, undefined],
])("%s with %j goes through %s", (url, env, expected) => {
  expect(proxy(url, env)).toBe(expected);
});

test.each([
  ["registry.example", "*", true],
  ["registry.example", "registry.example", true],
  ["registry.example", "REGISTRY.EXAMPLE", true],
  ["registry.example", "other.io, registry.example", true],
  ["pkg.registry.example", "registry.example", true],
  ["pkg.registry.example", ".registry.example", true],
  ["pkg.registry.example", "*.registry.example", true],
  ["notregistry.example", "registry.example", false],
  ["registry.example", "pkg.registry.example", false],
  ["registry.example", "registry.example:443", true],
  ["registry.example", "registry.example:5000", false],
  ["registry.example:5000", "registry.example:5000", true],
  ["registry.example", "io.", false],
  ["10.1.2.3", "10.0.0.0/8", true],
  ["11.1.2.3", "10.0.0.0/8", false],
  ["10.1.2.3", "10.1.2.3", true],
  ["10.1.2.3:5000", "10.1.2.3:5000", true],
  ["[fe80::1]", "fe80::/10", true],
  ["[fe80::1]", "fe80::1", true],
  ["[fe80::1]:5000", "[fe80::1]:5000", true],
  ["10.1.2.3", "10.0.0.0/99", false],
  ["10.1.2.3", "/, nonsense/8,10.0.0.0/x", false],
])("%s with NO_PROXY=%s is reached directly: %s", (host, list, isDirect) => {
  expect(proxy(`https://${host}/v2/`, { ...BOTH, NO_PROXY: list }) === undefined).toBe(isDirect);
});

describe("what is no proxy", () => {
  test.each(["socks5://u:hunter2@proxy", "http://u:hunter2@", "::hunter2"])("%s is not shown", (value) => {
    expect(() => proxy("https://registry.example", { HTTPS_PROXY: value })).toThrow(
      expect.objectContaining({ code: "invalid-option", message: expect.not.stringContaining("hunter2") }),
    );
  });
});
