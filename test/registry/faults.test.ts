/** Whatever goes wrong between us and a registry: the report is right, or says that it is not complete, or there is none. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { LayerscopeError, Report, ReportLayer } from "@layerscope/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { temporaryPath } from "../temporary-directory.ts";
import { type Fault, startFaultProxy } from "./fault-proxy.ts";
import {
  cutAfter,
  cutAt,
  cutWithoutRanges,
  drip,
  drippingHead,
  endlessHead,
  flipped,
  hugeBody,
  mute,
  on,
  pass,
  redirect,
  silentAfter,
  status,
  times,
  withBody,
  wrongRange,
} from "./faults.ts";
import { LAYER, REPOSITORY, readFrom, readWith, writeLargeImage } from "./large-image.ts";
import { MISSING, type RunningRegistry, startRegistry, WHY } from "./registries.ts";
import { type ReadImage, reportOf, withoutOrigin } from "./reports.ts";

vi.mock("../../packages/core/src/source/registry/timeouts.ts", async (original) => ({
  ...(await original<object>()),
  FIRST_PAUSE_MS: 5,
  // The HTTP client looks at its clock about once a second.
  // On a busy machine even a server in the same process may need a while.
  HEADERS_MS: 1_500,
  SILENCE_MS: 1_500,
  DOCUMENT_MS: 4_000,
}));

const { layout, digest, bytes: layerBytes, onLayer, onConfig, onManifest } = writeLargeImage(temporaryPath("large"));
const length = (bytes: number) => ({ "content-length": String(bytes) });
/** Of the manifest, which the registry then gives no digest for. */
const withText = (change: (text: string) => string): Fault =>
  withBody((body) => Buffer.from(change(body.toString())), { "docker-content-digest": undefined });
const addBytes = (body: Buffer): Buffer => Buffer.concat([body, Buffer.alloc(1000)]);

// Some have to wait for silence to be long enough.
describe.skipIf(MISSING.length > 0).concurrent(`faults of a registry${WHY}`, () => {
  let registry: RunningRegistry;
  let expected: Report;

  beforeAll(async () => {
    registry = await startRegistry(temporaryPath("registry"));
    await registry.push(layout.source, `${REPOSITORY}:latest`);
    expected = await reportOf(layout.path);
  });
  afterAll(() => registry?.stop());

  const read = (fault: Fault): Promise<ReadImage> => readWith(registry.host, fault);
  const expectRight = ({ report }: ReadImage): void => {
    expect(withoutOrigin(report)).toEqual(withoutOrigin(expected));
  };

  test("without any, the report is that of the directory", async () => {
    expectRight(await read(pass));
  });

  describe("that are got over: the report is right after", () => {
    test.for<[string, Fault]>([
      ...[0, 1, 1000, layerBytes - 1].map((bytes): [string, Fault] => [
        `a connection that breaks after ${bytes} bytes`,
        onLayer(times(1, cutAfter(bytes))),
      ]),
      ["a connection that breaks every 9000 bytes", onLayer(cutAfter(9000))],
      ["a connection that breaks in every blob", on("blobs/", times(2, cutAfter(100)))],
      ["a connection that breaks in the manifest", onManifest(times(2, cutAfter(10)))],
      ["a break, by a server that knows no ranges", onLayer(cutWithoutRanges(40_000))],
      ["silence in a layer", onLayer(times(1, silentAfter(5000)))],
      ["silence before a layer", onLayer(times(1, mute))],
      ["drops of a layer", onLayer(drip(2000, 5))],
      ["more than the head of the answer says", onLayer(withBody(addBytes, length(layerBytes)))],
      [
        "less than the head of the answer says",
        onLayer(
          times(
            1,
            withBody((body) => body.subarray(0, 60_000), length(layerBytes)),
          ),
        ),
      ],
      ["too many requests, for a second", onLayer(times(1, status(429, { "retry-after": "1" })))],
      ...[408, 429, 500, 502, 503, 504].map((code): [string, Fault] => [
        `four answers with ${code} to everything`,
        times(4, status(code)),
      ]),
      ["a server that hangs up without an answer", times(2, ({ response }) => void response.destroy())],
    ])("%s", async ([, fault]) => {
      expectRight(await read(fault));
    });
  });

  describe("in a layer, which is then partial: ", () => {
    test.for<[string, Fault, code: string, message: RegExp]>([
      ["a connection that always breaks at the same byte", cutAt(50_000), "unreachable", /the connection broke/],
      ["silence, each time", silentAfter(0), "unreachable", /nothing came for/],
      ["500, each time", status(500), "unreachable", /answers 500 \(something is wrong\)/],
      ["too many requests, for an hour", status(429, { "retry-after": "3600" }), "unreachable", /too many requests/],
      ["404", status(404), "missing-blob", /does not have the blob/],
      ["403", status(403), "refused", /refuses .*something is wrong/],
      ["418", status(418), "unreachable", /answers 418/],
      ["another digest of the same content", flipped(4), "digest-mismatch", /has the digest/],
      ["a byte that is another one", flipped(30_000), "corrupt", /./],
      ["another blob", withBody(() => gzipSync(Buffer.alloc(1024))), "truncated", /ends at byte \d+ of \d+/],
      ["less than the manifest says", withBody((body) => body.subarray(0, 60_000)), "truncated", /at byte 60000 of/],
      ["more than the manifest says", withBody(addBytes), "digest-mismatch", /has more than/],
      [
        "more than the manifest says, without a length",
        withBody(addBytes, { "content-length": undefined }),
        "digest-mismatch",
        /has more than/,
      ],
      ["a blob unpacked on the way", withBody((body) => gunzipSync(body)), "digest-mismatch", /has more than/],
      [
        "a blob packed on the way",
        withBody((body) => gzipSync(body), { "content-encoding": "gzip" }),
        "digest-mismatch",
        /./,
      ],
      ["a page of a network that wants a login", withBody(() => Buffer.from("<html>Welcome")), "truncated", /./],
      ["another part than was asked for", times(1, cutAfter(1000), wrongRange), "unreachable", /another part/],
      [
        "redirects in a circle",
        redirect(({ path }) => `/v2/${REPOSITORY}/${path}`),
        "unreachable",
        /more than 5 times/,
      ],
      ["a redirect to a file", redirect(() => "file:///etc/passwd"), "unreachable", /redirects to nowhere/],
      ["a redirect to nowhere", redirect(() => ""), "unreachable", /redirects to nowhere/],
      ["a head that never ends", endlessHead, "unreachable", /the head of its answer is too long/],
      ["a head that never ends, slowly", drippingHead, "unreachable", /no answer within/],
      ["what is not HTTP", ({ response }) => void response.socket?.end("SSH-2.0-x\r\n"), "unreachable", /not HTTP/],
    ])("%s", async ([, fault, code, message]) => {
      const { report, errors } = await read(onLayer(fault));
      expectPartial(report, expected);
      expect(errors).toHaveLength(1);
      expectError(errors[0], code, message);
      expect(errors[0]?.where).toMatchObject({ layer: LAYER, digest: digest });
    });
  });

  test.each([-1, 1])("in the manifest, which is %i byte wrong about a layer: it is partial", async (wrong) => {
    const lie = withText((text) => text.replace(`${layerBytes}`, `${layerBytes + wrong}`));
    const { report, errors } = await read(onManifest(lie));
    expect(report.layers.map(({ status }) => status)).toEqual(["complete", "partial", "complete"]);
    expectError(errors[0], wrong > 0 ? "truncated" : "digest-mismatch", /a blob (ends at|has more than)/);
  });

  describe("that end it: there is no report after", () => {
    const changed = (change: (manifest: Record<string, unknown>) => object): Fault =>
      withBody((body) => Buffer.from(JSON.stringify(change(JSON.parse(body.toString())))));
    const asText = (text: string) => withText(() => text);
    test.for<[string, Fault, code: string, message: RegExp]>([
      ["500, each time", onManifest(status(500)), "unreachable", /answers 500/],
      ["silence, each time", onManifest(silentAfter(10)), "unreachable", /nothing came for/],
      ["drops of a manifest", onManifest(drip(1, 100)), "unreachable", /no complete answer within/],
      ["a manifest that is no JSON", onManifest(asText("{]")), "invalid-document", /./],
      ["a manifest that is none", onManifest(asText("[1]")), "invalid-document", /./],
      ["a manifest that says nothing", onManifest(asText("{}")), "invalid-document", /./],
      [
        "a web page",
        onManifest(withBody((body) => body, { "content-type": "text/html" })),
        "unreachable",
        /as a registry does/,
      ],
      [
        "a manifest with another digest",
        onManifest(changed((manifest) => ({ ...manifest, more: 1 }))),
        "digest-mismatch",
        /instead of/,
      ],
      ["redirects in a circle", onManifest(redirect(() => "")), "unreachable", /redirects to nowhere/],
      ["a configuration with another digest", onConfig(flipped(100)), "digest-mismatch", /instead of/],
      ["a configuration that is missing", onConfig(status(404)), "missing-blob", /./],
    ])("%s", async ([, fault, code, message]) => {
      const error = await read(fault).catch((thrown: unknown) => thrown);
      expectError(error, code, message);
    });
  });

  test("a manifest without end is not read to its end", async () => {
    const huge = hugeBody();
    const error = await read(onManifest(huge)).catch((thrown: unknown) => thrown);
    expectError(error, "limit-exceeded", /an answer of more than 16777216 bytes/);
    expect(huge.sent).toBeGreaterThan(2 ** 24);
    expect(huge.sent).toBeLessThan(60_000_000);
  });

  test("what came before a break is not asked for again", async () => {
    await using proxy = await startFaultProxy({ registry: registry.host, fault: onLayer(cutAfter(20_000)) });
    expectRight(await readFrom(proxy));
    const ranges = proxy.asked.filter(({ path }) => path === `blobs/${digest}`).map(({ range }) => range);
    expect(ranges).toEqual([undefined, "bytes=20000-", "bytes=40000-", "bytes=60000-", "bytes=80000-"]);
  });

  test.each([
    ["500", status(500), 5],
    ["a long time to wait", status(503, { "retry-after": "3600" }), 1],
    ["404", status(404), 1],
    ["another digest", flipped(4), 1],
  ])("a server that answers with %s is asked again only while there is a point in it", async (_, fault, requests) => {
    await using proxy = await startFaultProxy({ registry: registry.host, fault: onLayer(fault) });
    expect((await readFrom(proxy)).report.complete).toBe(false);
    expect(proxy.asked.filter(({ path }) => path === `blobs/${digest}`)).toHaveLength(requests);
  });

  test("who has to wait for long is told for how long", async () => {
    const { errors } = await read(onLayer(status(429, { "retry-after": "3600" })));
    expect(errors[0]?.hint).toContain("Try again in 3600 s");
  });

  test("however faults follow one another, the report is right or says that it is not complete", async () => {
    const position = fc.integer({ min: 0, max: layerBytes });
    const fault = fc.oneof(
      { weight: 4, arbitrary: fc.constant(pass) },
      { weight: 3, arbitrary: position.map(cutAfter) },
      fc.constantFrom(500, 503, 429, 404).map((code) => status(code)),
      position.map(flipped),
      position.map((bytes) => withBody((body) => body.subarray(0, bytes))),
      fc.constantFrom(
        wrongRange,
        withBody(addBytes),
        redirect(({ path }) => path),
      ),
    );
    const outcomes = { right: 0, partial: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 20 }), async (faults) => {
        let requests = 0;
        const found = await read((exchange) => (faults[requests++ % faults.length] ?? pass)(exchange)).catch(
          (thrown: unknown) => thrown as LayerscopeError,
        );
        if (found instanceof Error) {
          expect(found.name).toBe("LayerscopeError");
          outcomes.failed++;
        } else if (found.report.complete) {
          expectRight(found);
          outcomes.right++;
        } else {
          expect(found.errors).not.toHaveLength(0);
          outcomes.partial++;
        }
      }),
      { numRuns: 40 },
    );
    expect(Math.min(...Object.values(outcomes)), JSON.stringify(outcomes)).toBeGreaterThan(0);
  });
});

function expectError(error: unknown, code: string, message: RegExp): void {
  expect(error).toMatchObject({ name: "LayerscopeError", code, message: expect.stringMatching(message) });
}

/** Marked as not complete, with nothing in it that is not so. No file of the image is in two layers. */
function expectPartial(report: Report, expected: Report): void {
  expect(report.complete).toBe(false);
  let bytes = 0;
  for (const [index, { snapshotBytes, ...layer }] of report.layers.entries()) {
    const { snapshotBytes: _, ...right } = expected.layers[index] as ReportLayer;
    bytes += layer.storedBytes;
    expect(snapshotBytes).toBe(bytes);
    if (index !== LAYER) {
      expect(layer).toEqual(right);
      continue;
    }
    expect(layer.status).toBe("partial");
    const there = layer.entries ?? [];
    expect(there.map(({ path }) => path)).toEqual(right.entries?.slice(0, there.length).map(({ path }) => path));
  }
  expect(report.summary).toMatchObject({ storedBytes: bytes, finalBytes: bytes, wastedBytes: 0 });
}
