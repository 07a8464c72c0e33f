import { describe, expect, it } from "vitest";
import { NameFilter } from "../../src/layer/name-filter.ts";
import { PathTable, ROOT } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";

const filter = new NameFilter(["status", "*.json", "id_*", "/.ssh"]);

function mayFit(path: string): boolean {
  const paths = new PathTable(DEFAULT_LIMITS);
  const bytes = Buffer.from(path);
  return filter.mayFit(paths, paths.intern(bytes, 0, bytes.length));
}

describe("a filter of names", () => {
  it.each(["var/lib/dpkg/status", "a/package.json", "home/id_rsa", "root/.ssh/anything", ".ssh/k"])(
    "lets %s through",
    (path) => {
      expect(mayFit(path)).toBe(true);
    },
  );

  it.each(["bin/ls", "a", "é", ".ssh", "status.d/x", "x.ssh/k", "root/.ssh/below/this"])("keeps %s back", (path) => {
    expect(mayFit(path)).toBe(false);
  });

  it("keeps the root back", () => {
    expect(filter.mayFit(new PathTable(DEFAULT_LIMITS), ROOT)).toBe(false);
  });
});
