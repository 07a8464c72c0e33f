/** What dpkg, find and stat say of an unpacked Debian: by its own programs, as they see it from inside. */
import { run } from "./programs.ts";

/** A package, as dpkg has it. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** Those that are installed, by name. */
export async function dpkgPackages(root: string): Promise<DebianPackage[]> {
  const fields = ["db:Status-Status", "Package", "Version", "Architecture"];
  const format = `${fields.map((field) => `$\{${field}}`).join(" ")}\\n`;
  const text = await run("dpkg-query", [`--root=${root}`, "--show", `--showformat=${format}`]);
  return linesOf(text).flatMap((line) => {
    const [status, name = "", version = "", architecture = ""] = line.split(" ");
    return status === "installed" ? [{ name, version, architecture }] : [];
  });
}

export interface Sizes {
  /** Sizes of the regular files that dpkg lists for each package, each inode once; by name. */
  readonly byPackage: ReadonlyMap<string, number>;
  /** Sizes of all regular files, each inode once. */
  readonly total: number;
}

export async function measure(root: string): Promise<Sizes> {
  const names = (await dpkgPackages(root)).map(({ name }) => name);
  const lists = await run("chroot", [root, "dpkg-query", "--listfiles", ...names]);
  const all = await statAll(
    root,
    (await run("chroot", [root, "find", "/", "-xdev", "-type", "f", "-print0"])).split("\0"),
  );
  const byPackage = new Map<string, number>();
  for (const [index, list] of lists.split("\n\n").entries()) {
    // Lines without a slash in front tell of diversions.
    const paths = linesOf(list).filter((line) => line.startsWith("/"));
    byPackage.set(names[index] as string, sum(await statAll(root, paths)));
  }
  return { byPackage, total: sum(all) };
}

/** Sizes of regular files by inode; links in directories lead where they lead in a container. */
async function statAll(root: string, paths: readonly string[]): Promise<Map<string, number>> {
  const stat = ["xargs", "--null", "--no-run-if-empty", "stat", "--format=%F/%d:%i/%s"];
  const text = await run("chroot", [root, ...stat], paths.filter((path) => path !== "").join("\0"));
  const files = linesOf(text).map((line) => line.split("/"));
  const regular = files.filter(([type = ""]) => type.startsWith("regular"));
  return new Map(regular.map(([, inode = "", bytes]) => [inode, Number(bytes)]));
}

const sum = (sizes: ReadonlyMap<string, number>): number => [...sizes.values()].reduce((all, one) => all + one, 0);

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");
