import { runsProgram } from "../image-command.ts";
import type { Rule } from "../rule.ts";
import { caches } from "./cache-places.ts";

const USERS = new Set(["go", "air", "gow", "reflex", "CompileDaemon", "dlv", "golangci-lint", "gopls"]);

export const goCache: Rule = {
  id: "go-cache",
  title: "Modules and build cache of Go are still there",
  category: "leavings",
  reason:
    "Go keeps the sources of all modules and the results of every compilation. A program that is built has in it what it needs.",
  fix: "Build in a stage of its own and copy the program, or keep both directories in cache mounts.",
  example: {
    bad: "RUN go build -o /app .",
    good: "RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /app .",
  },
  counts:
    "Files in pkg/mod below a directory go, and in .cache/go-build. Nothing in an image that runs the go command, or a tool that does.",
  *find(context) {
    if (runsProgram(context, USERS)) return;
    yield* caches(context, {
      patterns: ["**/go/pkg/{mod,sumdb}", "**/.cache/go-build"],
      subject: "Modules or results of compiling are still",
    });
  },
};
