import { describe, expect, it } from "vitest";
import { NameFilter } from "../../src/layer/name-filter.ts";
import { PathTable, ROOT } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";

const filter = new NameFilter(["status", "*.json"], ["id_*", "/.ssh", "*.pem"]);

function groupsOf(path: string): number {
  const paths = new PathTable(DEFAULT_LIMITS);
  const bytes = Buffer.from(path);
  return filter.groupsOf(paths, paths.intern(bytes, 0, bytes.length));
}

describe("a filter of names", () => {
  it.each([
    ["var/lib/dpkg/status", 1],
    ["a/package.json", 1],
    ["home/id_rsa", 2],
    ["root/.ssh/anything", 2],
    [".ssh/k", 2],
    ["key.pem", 2],
    ["id_rsa.json", 3],
    [".ssh/config.json", 3],
  ])("lets %s through", (path, groups) => {
    expect(groupsOf(path)).toBe(groups);
  });

  it.each(["bin/ls", "a", "é", ".ssh", "status.d/x", "mus", "x.ssh/k", "root/.ssh/below/this"])(
    "keeps %s back",
    (path) => {
      expect(groupsOf(path)).toBe(0);
    },
  );

  it("keeps the root back", () => {
    expect(filter.groupsOf(new PathTable(DEFAULT_LIMITS), ROOT)).toBe(0);
  });

  it("takes no more groups than it can tell apart", () => {
    expect(() => new NameFilter(...Array.from({ length: 17 }, () => ["ab"]))).toThrow(RangeError);
    const paths = new PathTable(DEFAULT_LIMITS);
    const sixteen = new NameFilter(...Array.from({ length: 16 }, () => ["ab"]));
    expect(sixteen.groupsOf(paths, paths.intern(Buffer.from("ab"), 0, 2))).toBe(0xffff);
  });
});
