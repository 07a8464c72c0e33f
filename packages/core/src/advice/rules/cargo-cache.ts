import { runsProgram } from "../image-command.ts";
import type { Rule } from "../rule.ts";
import { caches } from "./cache-places.ts";

const USERS = new Set(["cargo", "cargo-watch", "bacon", "trunk"]);

export const cargoCache: Rule = {
  id: "cargo-cache",
  title: "The registry of Cargo is still there",
  category: "leavings",
  reason:
    "Cargo keeps the archives and the sources of all crates it builds. The program that it built needs none of them.",
  fix: "Build in a stage of its own and copy the program, or keep the registry in a cache mount.",
  example: {
    bad: "RUN cargo build --release",
    good: "RUN --mount=type=cache,target=/usr/local/cargo/registry cargo build --release",
  },
  counts:
    "Files in the directories registry and git of .cargo in any home directory, and of /usr/local/cargo. Nothing in an image that runs Cargo.",
  *find(context) {
    if (runsProgram(context, USERS)) return;
    yield* caches(context, {
      patterns: ["**/.cargo/{registry,git}", "/usr/local/cargo/{registry,git}"],
      subject: "Archives and sources of crates are still",
    });
  },
};
