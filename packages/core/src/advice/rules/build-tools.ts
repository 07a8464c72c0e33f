/** Which packages and programs only serve to build others. */

import { type InstalledPackage, SYSTEM_TYPES } from "../../packages/package.ts";
import type { AdviceContext } from "../advice-context.ts";
import { runsProgram } from "../image-command.ts";

/** Names of packages, without versions and machines. */
const TOOLS = new Set([
  ...[
    "gcc",
    "g++",
    "gcc-c++",
    "cpp",
    "gfortran",
    "gcc-gfortran",
    "gcc-objc",
    "gobjc",
    "gnat",
    "gdc",
    "ghc",
    "fpc",
    "tcc",
  ],
  ...[
    "gcc-plugin-annobin",
    "annobin",
    "annobin-plugin-gcc",
    "clang",
    "clang-tools",
    "clang-tools-extra",
    "lld",
    "lldb",
  ],
  ...["llvm", "llvm-tools", "llvm-runtime", "llvm-linker-tools", "binutils", "binutils-common", "binutils-gold"],
  ...[
    "make",
    "cmake",
    "cmake-data",
    "cmake-filesystem",
    "cmake-rpm-macros",
    "ninja",
    "ninja-build",
    "samurai",
    "meson",
  ],
  ...["scons", "bazel", "build-essential", "build-base", "alpine-sdk", "abuild", "dpkg-dev", "debhelper", "devscripts"],
  ...[
    "rpm-build",
    "redhat-rpm-config",
    "autoconf",
    "automake",
    "autotools-dev",
    "libtool",
    "libtool-bin",
    "bison",
    "flex",
  ],
  ...["nasm", "yasm", "swig", "ccache", "distcc", "sccache", "fakeroot", "quilt", "gdb", "valgrind"],
  ...["pkg-config", "pkgconf", "pkgconf-bin", "pkgconf-pkg-config"],
  ...["rust", "rustc", "cargo", "go", "golang", "golang-go", "golang-bin", "golang-src", "golang-misc"],
  ...["maven", "gradle", "ant", "sbt", "ocaml"],
]);
const MACHINE = /-(?:x86-64|x86_64|aarch64|i686|i386|armv7|arm|riscv64|powerpc64le|s390x)-linux-gnu[a-z]{0,6}\d{0,2}$/;
const VERSION = /-?\d{1,4}(?:\.\d{1,4}){0,3}$/;

/** Compilers, linkers and what drives them. */
export function isBuildTool({ type, name }: InstalledPackage): boolean {
  if (!SYSTEM_TYPES.has(type)) return false;
  const plain = name.replace(MACHINE, "").replace(VERSION, "");
  if (TOOLS.has(name) || TOOLS.has(plain)) return true;
  if (/-(?:jdk|jdk-headless|jmods)$/.test(name) || /^golang-\d[\d.]{0,8}-(?:go|src)$/.test(name)) return true;
  return /^(?:llvm|clang)-\d{1,3}-(?:tools|runtime|linker-tools)$/.test(name);
}

/** What is needed to build with a library, not to run with it. */
export function isDevelopmentPackage({ type, name }: InstalledPackage): boolean {
  if (type === "deb") return /-dev$|^libc-dev-bin$|^linux-headers-/.test(name);
  if (type === "apk") return /-(?:dev|static|headers)$/.test(name);
  return type === "rpm" && /-(?:devel|headers|static|jmods)$/.test(name);
}

const BUILDERS = new Set([
  ...["gcc", "g++", "cc", "c++", "clang", "make", "cmake", "ninja", "cargo", "rustc", "go", "air", "javac", "jshell"],
  ...["mvn", "mvnw", "gradle", "gradlew", "sbt", "ant", "bazel", "jenkins-agent", "gitlab-runner", "actions-runner"],
  ...["code-server", "jupyter", "jupyter-lab", "jupyterhub", "start-notebook.sh", "start-notebook.py", "devcontainer"],
]);

/** Whether the image is there to build: what its command runs needs a compiler. */
export function isForBuilding(context: AdviceContext): boolean {
  return runsProgram(context, BUILDERS);
}

/**
 * The programs that remove packages, by the type of package, and nothing else with them: libraries that came with the packages
 * may be what was built against. apk has no way to say that.
 */
const REMOVERS: Partial<Record<InstalledPackage["type"], string>> = {
  deb: "apt-get purge -y",
  rpm: "dnf remove -y --noautoremove",
};
const MOST_NAMES = 20;

/** The command that removes packages; undefined where it cannot be written. */
export function removalOf(packages: readonly InstalledPackage[]): string | undefined {
  const [first] = packages;
  const remover = first && REMOVERS[first.type];
  if (!remover || packages.length > MOST_NAMES) return undefined;
  const names = packages.filter(({ type }) => type === first.type).map(({ name }) => name);
  if (!names.every((name) => /^[\w.+-]+$/.test(name))) return undefined;
  return `${remover} ${[...new Set(names)].join(" ")}`;
}
