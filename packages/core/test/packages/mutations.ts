/** Databases with some of their bytes changed. */
import fc from "fast-check";
import { expect } from "vitest";
import type { PackageReader } from "../../src/packages/package-reader.ts";
import { factsOf } from "./declaring-file.ts";

/** Copies of a file with other numbers at some places, and maybe an early end. */
function mutationsOf(sound: Uint8Array): fc.Arbitrary<Uint8Array> {
  const places = fc.oneof(fc.nat(sound.length), fc.nat(Math.min(sound.length, 4096)));
  const puts = fc.oneof(
    fc.constantFrom([0], [0xff], [0x0a], [0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]),
    fc.array(fc.nat(255), { minLength: 1, maxLength: 8 }),
  );
  const changes = fc.array(fc.tuple(places, puts), { minLength: 1, maxLength: 8 });
  const ends = fc.oneof(
    { weight: 4, arbitrary: fc.constant(sound.length) },
    { weight: 1, arbitrary: fc.nat(sound.length) },
  );
  return fc.tuple(changes, ends).map(([list, end]) => {
    const bytes = Uint8Array.from(sound);
    for (const [place, put] of list) bytes.set(put.slice(0, bytes.length - place), place);
    return bytes.slice(0, end);
  });
}

/** Reads the sound file, changed copies of it, and random bytes in its place. */
export function expectNothingThrown(reader: PackageReader, path: string, sound: Uint8Array): void {
  expect(factsOf(reader, path, sound), path).toBeDefined();
  fc.assert(
    fc.property(fc.oneof(mutationsOf(sound), fc.uint8Array({ maxLength: 600 })), (bytes) => {
      for (const { name, version } of factsOf(reader, path, bytes)?.packages ?? []) {
        expect(name).not.toBe("");
        expect(version).not.toBe("");
      }
    }),
    { numRuns: 300 },
  );
}
