import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readContainersConf } from "../../../src/source/engine/containers-conf.ts";

const read = (text: string) => {
  const { active, connections } = readContainersConf(text);
  return { active, connections: Object.fromEntries(connections) };
};

test("connections and the active one are read from among everything else", () => {
  const text = `
# a comment
[containers]
  default_ulimits = [
    "nofile=1024:1024",
  ]
  uri = "not here"
active_service = "not this"

[engine]
  active_service = "prod" # the one
  runtime = "crun"

  [engine.service_destinations]
    uri = "not this either"
    [engine.service_destinations.prod]
      uri = "ssh://me@prod.example/run/podman/podman.sock"
      identity = '/keys/p#r"od'
      unknown = "x"
    [engine.service_destinations."dotted.name"] # why not
      uri="tcp://host.example:1"
      is_machine=true
      tls_ca = "/ca.pem"
      tls_cert = "/cert.pem"
      tls_key = "/key.pem"
    [ engine . service_destinations . 'literal \\ name' ]
      uri = "unix:///a\\tb\\u00e9"
      is_machine = false
    [engine.service_destinations.prod.more]
      uri = "nor this"
[engine.runtimes]
  uri = "no"
  active_service = "nor this one"
[network]
  uri = "no"
`.replaceAll("\n", "\r\n");
  expect(read(text)).toEqual({
    active: "prod",
    connections: {
      prod: { URI: "ssh://me@prod.example/run/podman/podman.sock", Identity: '/keys/p#r"od' },
      "dotted.name": {
        URI: "tcp://host.example:1",
        IsMachine: true,
        TLSCA: "/ca.pem",
        TLSCert: "/cert.pem",
        TLSKey: "/key.pem",
      },
      "literal \\ name": { URI: "unix:///a\tbé", IsMachine: false },
    },
  });
});

describe("what it does not understand is passed over", () => {
  test.each([
    "",
    "\0",
    "[",
    "[]",
    "[engine",
    "[engine]\nactive_service",
    "[engine]\nactive_service = ",
    "[engine]\nactive_service = true",
    '[engine]\nactive_service = ""',
    '[engine]\nactive_service = "open',
    "[engine]\nactive_service = [\n'a'\n]",
    "[engine..service_destinations]\nuri = 'x'",
    "[[engine.service_destinations.x]]\nuri = 'x'",
    "[engine.service_destinations.a b]\nuri = 'x'",
    '[engine.service_destinations."a]\nuri = "x"',
  ])("%j", (text) => {
    expect(read(text)).toEqual({ active: undefined, connections: {} });
  });

  test("whatever it is", () => {
    const piece = fc.constantFrom(
      "[",
      "]",
      "engine",
      ".",
      '"',
      "'",
      "\\",
      "=",
      " ",
      "\n",
      "uri",
      "service_destinations",
      "#",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(() => readContainersConf(pieces.join(""))).not.toThrow();
      }),
    );
  });
});

test("any name and address comes back as it was written", () => {
  // Written as JSON, which is how podman's TOML writer escapes them too.
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary", minLength: 1 }), (name, uri) => {
      fc.pre(!/[[\]]/.test(name));
      const text = `[engine.service_destinations.${JSON.stringify(name)}]\nuri = ${JSON.stringify(uri)}\n`;
      expect([...readContainersConf(text).connections]).toEqual([[name, { URI: uri }]]);
    }),
  );
});
