import type { Rule } from "../rule.ts";
import { copiedBuildFiles } from "./copied-build-files.ts";
import { copiedBytecode } from "./copied-bytecode.ts";
import { copiedCoverage } from "./copied-coverage.ts";
import { copiedDesktopFiles } from "./copied-desktop-files.ts";
import { copiedEditorFiles } from "./copied-editor-files.ts";
import { copiedEnvironmentFiles } from "./copied-environment-files.ts";
import { copiedLogs } from "./copied-logs.ts";
import { copiedNodeModules } from "./copied-node-modules.ts";
import { copiedTerraform } from "./copied-terraform.ts";
import { copiedVersionControl } from "./copied-version-control.ts";
import { copiedVirtualEnvironment } from "./copied-virtual-environment.ts";

/** About what .dockerignore should have kept out. */
export const CONTEXT_RULES: readonly Rule[] = [
  copiedVersionControl,
  copiedNodeModules,
  copiedVirtualEnvironment,
  copiedEnvironmentFiles,
  copiedDesktopFiles,
  copiedEditorFiles,
  copiedCoverage,
  copiedLogs,
  copiedTerraform,
  copiedBytecode,
  copiedBuildFiles,
];
