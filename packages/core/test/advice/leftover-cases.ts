/** What every rule about files that nobody needs is held to: it says so of one image and not of another, and keeps its promise. */
import { describe, expect, test } from "vitest";
import { file, type Member } from "../../../../fixtures/build/tar.ts";
import type { Rule } from "../../src/advice/rule.ts";
import { LONGEST_SNIPPET } from "../../src/advice/snippet.ts";
import { claimsOf, type ImageOptions, type ImageStep, imageOf, storedBytes } from "./images.ts";

export interface LeftoverCase {
  readonly rule: Rule;
  readonly steps: readonly ImageStep[];
  /** What the rule claims, as paths. */
  readonly gone: readonly string[];
  /** A part of each snippet, in the order of layers; undefined where there is none. */
  readonly snippets?: readonly (string | undefined)[];
  readonly options?: ImageOptions;
  /** Whether the rule goes by what is in files: then the images are really looked into. */
  readonly looks?: boolean;
  /** Images that look alike, of which the rule says nothing, by why. */
  readonly spared: Readonly<Record<string, readonly [readonly ImageStep[], ImageOptions?]>>;
}

/** A file of so many bytes. */
export const big = (path: string, bytes = 200_000, extra: Partial<Member> = {}): Member =>
  file(path, Buffer.alloc(bytes, path), extra);

/** The same image, built so that these paths are in no layer. */
function withoutPaths(steps: readonly ImageStep[], gone: readonly string[]): ImageStep[] {
  return steps.map(({ command, members }) => ({
    command,
    members: members?.filter(({ path }) => !gone.includes(String(path))),
  }));
}

export function holdTo({ rule, steps, gone, snippets, options, looks, spared }: LeftoverCase): void {
  const lookedInto = (more: ImageOptions = {}): ImageOptions => (looks ? more : { inspection: {}, ...more });
  describe(rule.id, () => {
    test("claims what nobody needs, and saves what it promises", async () => {
      const image = await imageOf(steps, lookedInto(options));
      const claims = claimsOf(image, rule);
      expect(claims.flatMap(({ paths }) => paths).sort()).toEqual([...gone].sort());
      const promised = claims.reduce((sum, { bytes }) => sum + bytes, 0);
      const better = await imageOf(withoutPaths(steps, gone), { inspection: {} });
      expect(storedBytes(image) - storedBytes(better)).toBe(promised);
      for (const { draft, bytes } of claims) expect(bytes).toBeGreaterThanOrEqual(draft.worth ?? 0);
      for (const [at, part] of (snippets ?? []).entries()) {
        const snippet = claims[at]?.draft.snippet;
        if (part === undefined) expect(snippet).toBeUndefined();
        else expect(snippet).toContain(part);
        expect(snippet?.length ?? 0).toBeLessThanOrEqual(LONGEST_SNIPPET);
      }
    });

    test("says nothing once they are gone", async () => {
      const better = await imageOf(withoutPaths(steps, gone), lookedInto(options));
      expect(claimsOf(better, rule)).toEqual([]);
    });

    test.each(Object.entries(spared))("leaves alone %s", async (_, [others, otherOptions]) => {
      const claims = claimsOf(await imageOf(others, lookedInto(otherOptions)), rule);
      expect(claims.filter(({ bytes, draft }) => draft.inodes === undefined || bytes >= (draft.worth ?? 0))).toEqual(
        [],
      );
    });
  });
}
