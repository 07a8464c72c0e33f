/** Whoever stops a transfer gets rid of it at once, connections included. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMAND, layerscope, plainEnvironment } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { nobody } from "./credentials.ts";
import { type Fault, type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { cutAt, drip, mute, on, silentAfter, status } from "./faults.ts";
import { REPOSITORY, readFrom, writeLargeImage } from "./large-image.ts";
import { MISSING, type RunningRegistry, startRegistry, WHY } from "./registries.ts";

const { layout, digest, onLayer, onManifest } = writeLargeImage(temporaryPath("large"));

describe.skipIf(MISSING.length > 0)(`stopping${WHY}`, () => {
  let registry: RunningRegistry;

  beforeAll(async () => {
    registry = await startRegistry(temporaryPath("registry"));
    await registry.push(layout.source, `${REPOSITORY}:latest`);
  });
  afterAll(() => registry?.stop());

  /** A proxy, and what becomes true once somebody waits for it. */
  const startSlow = async (wanted: string, fault: Fault): Promise<{ proxy: FaultProxy; reached: Promise<void> }> => {
    let reach = (): void => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const proxy = await startFaultProxy({
      registry: registry.host,
      fault: on(wanted, (exchange) => {
        fault(exchange);
        // What was sent has to arrive.
        setTimeout(reach, 100);
      }),
    });
    return { proxy, reached };
  };

  const WAITS: readonly [string, string, Fault][] = [
    ["in the silence before a manifest", "manifests/", mute],
    ["in the silence after a part of a manifest", "manifests/", silentAfter(10)],
    ["before the configuration", "blobs/", mute],
    ["in the silence after a part of a layer", `blobs/${digest}`, silentAfter(30_000)],
    ["while a layer drips", `blobs/${digest}`, drip(1, 20)],
    ["while the server lets us wait for a minute", `blobs/${digest}`, status(429, { "retry-after": "60" })],
  ];

  test.each(WAITS)("%s ends at once, and hangs up", async (_, wanted, fault) => {
    const { proxy, reached } = await startSlow(wanted, fault);
    await using _proxy = proxy;
    const stop = new AbortController();
    const failure = readFrom(proxy, { signal: stop.signal }).catch((thrown: unknown) => thrown);
    await reached;
    const stopped = performance.now();
    stop.abort();
    expect(await failure).toMatchObject({ name: "LayerscopeError", code: "aborted" });
    expect(performance.now() - stopped).toBeLessThan(10_000);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("the built command with %s ends it with %i", async (signal, code) => {
    const { proxy, reached } = await startSlow(`blobs/${digest}`, silentAfter(30_000));
    await using _proxy = proxy;
    const directory = temporaryPath();
    mkdirSync(directory);
    const child = spawn(process.execPath, [COMMAND, `registry:${proxy.host}/${REPOSITORY}`, "--json"], {
      env: plainEnvironment({ ...nobody(), TMPDIR: directory }),
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    await reached;
    const stopped = performance.now();
    child.kill(signal);
    expect(await once(child, "close")).toEqual([code, null]);
    expect(performance.now() - stopped).toBeLessThan(10_000);
    await proxy.untilDeserted();
    expect({ said, left: readdirSync(directory) }).toEqual({ said: "", left: [] });
  });

  test("the built command marks what it could not read all of, and ends with 2", async () => {
    await using proxy = await startFaultProxy({ registry: registry.host, fault: onLayer(cutAt(50_000)) });
    const { code, stdout, stderr } = await layerscope([`registry:${proxy.host}/${REPOSITORY}`, "--json"], {
      env: nobody(),
    });
    expect(code).toBe(2);
    const report = JSON.parse(stdout);
    expect(report.complete).toBe(false);
    expect(report.layers.map(({ status: each }: { status: string }) => each)).toEqual([
      "complete",
      "partial",
      "complete",
    ]);
    expect(stderr).toContain("the connection broke");
  });

  test("the built command prints nothing of an image that it could not begin to read", async () => {
    await using proxy = await startFaultProxy({ registry: registry.host, fault: onManifest(status(403)) });
    const { code, stdout, stderr } = await layerscope([`registry:${proxy.host}/${REPOSITORY}`, "--json"], {
      env: nobody(),
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`layerscope: ${proxy.host} refuses ${proxy.host}/${REPOSITORY}: something is wrong`);
  });
});
