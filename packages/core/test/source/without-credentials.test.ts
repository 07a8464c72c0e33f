import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutCredentials } from "../../src/source/without-credentials.ts";

test.each([
  ["https://user:secret@registry.example/v2/", "https://registry.example/v2/"],
  ["https://token@registry.example", "https://registry.example"],
  ["HTTPS://user:secret@registry.example", "HTTPS://registry.example"],
  ["https:/user:secret@registry.example", "https:/registry.example"],
  ["https:user:secret@registry.example", "registry.example"],
  ["https:\\\\user:secret@registry.example", "https:\\\\registry.example"],
  ["//user:secret@registry.example", "registry.example"],
  ["ht\ntps://user:secret@registry.example", "registry.example"],
  ["user:secret@proxy.example:3128", "proxy.example:3128"],
  ["http://user:se/cr@et?#@proxy.example:3128/path", "http://proxy.example:3128/path"],
  ["tcp://[::1]:2375", "tcp://[::1]:2375"],
  ["tcp://user:secret@[::1]:2375", "tcp://[::1]:2375"],
  ["https://storage.example/blob?X-Signature=secret#secret", "https://storage.example/blob"],
  ["ssh://me@host.example:22/run/engine.sock", "ssh://me@host.example:22/run/engine.sock"],
  ["ssh://me:secret@host.example", "ssh://me@host.example"],
  ["ssh://me:se@cr/et@host.example", "ssh://me@host.example"],
  ["ssh://host.example", "ssh://host.example"],
  ["unix:///run/a@b?c#d.sock", "unix:///run/a@b?c#d.sock"],
  ["npipe:////./pipe/docker_engine", "npipe:////./pipe/docker_engine"],
  ["/run/a@b.sock", "/run/a@b.sock"],
  ["./a@b.sock", "./a@b.sock"],
  ["host.example:2375", "host.example:2375"],
  ["", ""],
])("%s is shown as %s", (url, shown) => {
  expect(withoutCredentials(url)).toBe(shown);
});

const scheme = fc.constantFrom("http", "https", "tcp", "ssh", "socks5", "HTTP", "Ssh");
const host = fc.constantFrom("host.example", "host.example:2376", "[::1]:2375", "127.0.0.1");
const user = fc.stringMatching(/^[a-z]{0,8}$/);

test("a password stays out, whatever it is made of", () => {
  // The brackets are in nothing else, so that finding one of them means that a part of the password got out.
  const password = fc.string({ unit: fc.constantFrom("<", ">", "/", "@", ":", "?", "#", "%", "\\", " ", "\n", "a") });
  fc.assert(
    fc.property(scheme, user, password, host, (scheme, user, password, host) => {
      const shown = withoutCredentials(`${scheme}://${user}:<${password}>@${host}/path`);
      expect(shown).not.toMatch(/[<>]/);
      expect(shown.endsWith(`${host}/path`)).toBe(true);
    }),
  );
});

test("an encoded password stays out, and the place is what a parser takes for it", () => {
  // After an unescaped "@" in the path nothing before it may be shown, so that it is no URL any more.
  const path = fc.webPath().map((path) => path.replaceAll("@", "%40"));
  fc.assert(
    fc.property(path, fc.string({ minLength: 1 }), (path, password) => {
      const url = new URL(`https://user@host.example:8443${path}?a=1#b`);
      url.password = `<${password}>`;
      const shown = new URL(withoutCredentials(url.href));
      expect([shown.username, shown.password, shown.search, shown.hash]).toEqual(["", "", "", ""]);
      expect([shown.host, shown.pathname]).toEqual([url.host, url.pathname]);
    }),
  );
});

test("what may be shown stays as it is when it is asked for again", () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string()), (text) => {
      const shown = withoutCredentials(text);
      expect(withoutCredentials(shown)).toBe(shown);
    }),
  );
});
