/** The property of every reader: no content makes it throw, nor say what is no name. */
import fc from "fast-check";
import { expect } from "vitest";
import type { FileClaim } from "../../src/packages/package.ts";
import type { PackageReader } from "../../src/packages/package-reader.ts";
import { factsOf } from "./declaring-file.ts";

/** A sound file with some of its bytes overwritten, left out or said twice. */
function mutationsOf(sound: string): fc.Arbitrary<Uint8Array> {
  const original = Buffer.from(sound);
  const change = fc.record({
    at: fc.nat(original.length),
    length: fc.nat(40),
    // What has a meaning in one of the formats, and anything else.
    put: fc.oneof(
      fc.constantFrom(
        '"',
        "\\",
        "%q<",
        "s.name = ",
        "null",
        "[]",
        "{}",
        "../",
        "\n",
        "\n\n",
        ",",
        ":",
        "/",
        "\0",
        "__proto__",
      ),
      fc.string(),
    ),
  });
  return fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) => {
    let bytes = original;
    for (const { at, length, put } of changes) {
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + length)]);
    }
    return bytes;
  });
}

/** Reads what became of sound files, and random bytes in their place. */
export function expectSoundFacts(reader: PackageReader, files: Readonly<Record<string, string>>): void {
  for (const [path, sound] of Object.entries(files)) {
    expect(factsOf(reader, path, sound), path).toBeDefined();
    const contents = fc.oneof(
      mutationsOf(sound),
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((json) => Buffer.from(json)),
    );
    fc.assert(
      fc.property(contents, (content) => {
        const facts = factsOf(reader, path, content);
        for (const { name, version, claims, isApplication } of facts?.packages ?? []) {
          expect(name).toMatch(/^[^\r\n\0]{1,1000}$/);
          expect(version).toMatch(isApplication ? /^[^\r\n\0]{0,1000}$/ : /^[^\r\n\0]{1,1000}$/);
          for (const claim of claims) expectInside(claim);
        }
        for (const claim of facts?.claimsFor?.claims ?? []) expectInside(claim);
      }),
      { numRuns: 300 },
    );
  }
}

function expectInside(claim: FileClaim): void {
  const paths = claim.kind === "files" ? claim.paths : claim.kind === "below" ? [claim.path] : [];
  for (const path of paths) expect(path).toMatch(/^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\0]+$/s);
}
