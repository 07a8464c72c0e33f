import { describe, expect, test } from "vitest";
import { proxyFor } from "../../../src/source/registry/proxy.ts";

const proxy = (url: string, env: NodeJS.ProcessEnv) => proxyFor(new URL(url), env)?.href;
const BOTH = { HTTPS_PROXY: "http://secure:3128", HTTP_PROXY: "http://plain:3128" };

test.each([
  ["https://ghcr.io/v2/", BOTH, "http://secure:3128/"],
  ["http://ghcr.io/v2/", BOTH, "http://plain:3128/"],
  ["https://ghcr.io/v2/", { HTTP_PROXY: "http://plain:3128" }, undefined],
  ["https://ghcr.io/v2/", { https_proxy: "http://small:1" }, "http://small:1/"],
  ["https://ghcr.io/v2/", { HTTPS_PROXY: "", https_proxy: "http://small:1" }, "http://small:1/"],
  ["https://ghcr.io/v2/", { HTTPS_PROXY: "proxy:3128" }, "http://proxy:3128/"],
  ["https://ghcr.io/v2/", { HTTPS_PROXY: "https://u:p@proxy" }, "https://u:p@proxy/"],
  ["https://ghcr.io/v2/", {}, undefined],
  ["https://localhost:5000/v2/", BOTH, undefined],
  ["https://127.0.0.1:5000/v2/", BOTH, undefined],
  ["https://127.8.9.1/v2/", BOTH, undefined],
  ["https://[::1]:5000/v2/", BOTH, undefined],
])("%s with %j goes through %s", (url, env, expected) => {
  expect(proxy(url, env)).toBe(expected);
});

test.each([
  ["ghcr.io", "*", true],
  ["ghcr.io", "ghcr.io", true],
  ["ghcr.io", "GHCR.IO", true],
  ["ghcr.io", "other.io, ghcr.io", true],
  ["pkg.ghcr.io", "ghcr.io", true],
  ["pkg.ghcr.io", ".ghcr.io", true],
  ["pkg.ghcr.io", "*.ghcr.io", true],
  ["notghcr.io", "ghcr.io", false],
  ["ghcr.io", "pkg.ghcr.io", false],
  ["ghcr.io", "ghcr.io:443", true],
  ["ghcr.io", "ghcr.io:5000", false],
  ["ghcr.io:5000", "ghcr.io:5000", true],
  ["ghcr.io", "io.", false],
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
    expect(() => proxy("https://ghcr.io", { HTTPS_PROXY: value })).toThrow(
      expect.objectContaining({ code: "invalid-option", message: expect.not.stringContaining("hunter2") }),
    );
  });
});
