import { commandWords, runsProgram } from "../image-command.ts";
import { filesEndingWith } from "../places.ts";
import type { Rule } from "../rule.ts";
import { caches } from "./cache-places.ts";

const DOTNET = new Set(["dotnet"]);
/** What the dotnet command does with sources; with the name of a library it only runs it. */
const BUILDING = new Set(["run", "watch", "test", "build", "tool", "msbuild"]);

export const nugetCache: Rule = {
  id: "nuget-cache",
  title: "The packages of NuGet are still there",
  category: "leavings",
  reason:
    "dotnet restore keeps every package in the home directory. dotnet publish copies what the application needs beside it.",
  fix: "Publish in a stage of its own and copy the result, or keep the packages in a cache mount.",
  example: {
    bad: "RUN dotnet publish -c Release -o /app",
    good: "RUN --mount=type=cache,target=/root/.nuget/packages dotnet publish -c Release -o /app",
  },
  counts:
    "Files in .nuget/packages and in the caches of NuGet of any home directory. Nothing in an image that runs dotnet run, watch, test or a tool, or that has a *.runtimeconfig.dev.json, which lets an application load from there.",
  *find(context) {
    const isBuilding = runsProgram(context, DOTNET) && commandWords(context).some((word) => BUILDING.has(word));
    const patterns = ["**/.local/share/NuGet/{v3-cache,http-cache,plugins-cache}", "**/.nuget/packages"];
    if (isBuilding || filesEndingWith(context, [".runtimeconfig.dev.json"]).length > 0) patterns.pop();
    yield* caches(context, { patterns, subject: "What NuGet has fetched is still" });
  },
};
