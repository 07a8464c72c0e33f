import { beforeEach, expect, test, vi } from "vitest";
import { LayerscopeError } from "../../../src/model/errors.ts";
import { PassingError, Patience, retryAfterMs } from "../../../src/source/registry/retry.ts";

const pauses = vi.hoisted(() => [] as number[]);
vi.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number, _value: unknown, { signal }: { signal?: AbortSignal } = {}) => {
    signal?.throwIfAborted();
    pauses.push(ms);
  },
}));

beforeEach(() => {
  pauses.length = 0;
});

const busy = (waitMs?: number): PassingError => new PassingError("unreachable", "busy", { waitMs });

async function failuresUntilGivenUp(patience: Patience, error: Error): Promise<number> {
  for (let failures = 1; ; failures++) {
    try {
      await patience.pauseAfter(error);
    } catch (thrown) {
      expect(thrown).toBe(error);
      return failures;
    }
  }
}

test("five attempts fail before it is given up, with pauses that grow", async () => {
  expect(await failuresUntilGivenUp(new Patience(undefined), busy())).toBe(5);
  expect(pauses).toHaveLength(4);
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(125 * 2 ** index);
    expect(pause).toBeLessThanOrEqual(250 * 2 ** index);
  }
});

test("progress begins the count again", async () => {
  const patience = new Patience(undefined);
  await patience.pauseAfter(busy());
  await patience.pauseAfter(busy());
  patience.progressed();
  expect(await failuresUntilGivenUp(patience, busy())).toBe(5);
});

test("progress that never suffices comes to an end", async () => {
  const patience = new Patience(undefined);
  const attempts = async () => {
    for (let attempt = 0; attempt < 10_000; attempt++) {
      await patience.pauseAfter(busy());
      patience.progressed();
    }
  };
  await expect(attempts()).rejects.toThrow("busy");
  expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThanOrEqual(120_000);
});

test("what the server asks for is waited", async () => {
  await new Patience(undefined).pauseAfter(busy(7_000));
  expect(pauses).toEqual([7_000]);
});

test("a server that asks for an hour is not waited for", async () => {
  expect(await failuresUntilGivenUp(new Patience(undefined), busy(3_600_000))).toBe(1);
  expect(pauses).toEqual([]);
});

test("what will not pass is not tried again", async () => {
  expect(await failuresUntilGivenUp(new Patience(undefined), new LayerscopeError("refused", "no"))).toBe(1);
});

test("nobody waits once the caller has stopped", async () => {
  await expect(new Patience(AbortSignal.abort()).pauseAfter(busy())).rejects.toMatchObject({ code: "aborted" });
});

const NOW = Date.parse("2024-01-01T00:00:00Z");
test.each([
  [undefined, undefined],
  ["0", 0],
  ["12", 12_000],
  [" 12 ", 12_000],
  ["Mon, 01 Jan 2024 00:01:00 GMT", 60_000],
  ["Sun, 31 Dec 2023 00:00:00 GMT", 0],
  ["soon", undefined],
])("Retry-After: %s is %s ms", (header, ms) => {
  expect(retryAfterMs(header, NOW)).toEqual(ms);
});
