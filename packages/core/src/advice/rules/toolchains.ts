import type { AdviceContext } from "../advice-context.ts";
import { commandWords, runsProgram } from "../image-command.ts";
import { pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { isForBuilding } from "./build-tools.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

const RUST_PROGRAMS =
  "{rustup,cargo,rustc,rustdoc,rustfmt,cargo-fmt,cargo-clippy,cargo-miri,clippy-driver,rls,rust-gdb,rust-gdbgui,rust-lldb,rust-analyzer}";

/** By what the place must hold, so that it is what its name says. */
const TOOLCHAINS: readonly { readonly patterns: readonly string[]; readonly holds?: readonly string[] }[] = [
  { patterns: ["/usr/local/go", "/opt/go", "/usr/lib/go", "/usr/lib/go-*"], holds: ["pkg", "tool"] },
  { patterns: ["/usr/local/rustup", "/opt/rustup", "**/.rustup"], holds: ["toolchains"] },
  { patterns: [`/usr/local/cargo/bin/${RUST_PROGRAMS}`, `**/.cargo/bin/${RUST_PROGRAMS}`] },
  { patterns: ["/opt/gradle*", "/usr/local/gradle*", "/opt/gradle/gradle-*"], holds: ["bin", "gradle"] },
  {
    patterns: ["/usr/share/maven", "/opt/maven*", "/opt/apache-maven*", "/usr/local/apache-maven*"],
    holds: ["bin", "mvn"],
  },
  {
    patterns: [
      "/usr/{share,lib}/dotnet/{sdk,sdk-manifests,packs,templates}",
      "**/.dotnet/{sdk,sdk-manifests,packs,templates}",
    ],
  },
];

export const toolchains: Rule = {
  id: "toolchains",
  title: "A toolchain is in the image",
  category: "build",
  reason:
    "Go, Rust, Gradle, Maven and the SDK of .NET are hundreds of megabytes. What they build runs without them, or with a runtime that is much smaller.",
  fix: "Build in a stage of its own and copy what was built into a small image: for .NET the runtime, for Java a JRE.",
  example: {
    bad: 'FROM golang:1.23\nCOPY . .\nRUN go build -o /app\nCMD ["/app"]',
    good: 'FROM golang:1.23 AS build\nCOPY . .\nRUN go build -o /app\nFROM gcr.io/distroless/static\nCOPY --from=build /app /app\nCMD ["/app"]',
  },
  counts:
    "Files of Go, rustup, Gradle, Maven and the SDK of .NET in the directories they are usually unpacked to. What packages of the distribution brought is said by compilers-and-build-tools. Nothing in an image whose command is such a tool.",
  *find(context) {
    if (isForBuilding(context) || runsSources(context)) return;
    for (const { patterns, holds } of TOOLCHAINS) {
      yield* leftovers(context, {
        patterns,
        subject: "A toolchain is",
        worth: BUILD_WORTH,
        baseWorth: BASE_WORTH,
        isPlace: (place) => holds === undefined || pathFrom(context, place, ...holds) !== undefined,
        snippet: () => undefined,
      });
    }
  },
};

/** Whether .NET runs an application from its sources. */
function runsSources(context: AdviceContext): boolean {
  return (
    runsProgram(context, new Set(["dotnet"])) &&
    commandWords(context).some((word) => ["run", "watch", "test", "build", "tool"].includes(word))
  );
}
