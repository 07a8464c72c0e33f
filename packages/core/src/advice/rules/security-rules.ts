import type { Rule } from "../rule.ts";
import { privilegedFile } from "./privileged-file.ts";
import { secretInConfiguration } from "./secret-in-configuration.ts";
import { secretInFile } from "./secret-in-file.ts";
import { unknownOwner } from "./unknown-owner.ts";
import { worldWritable } from "./world-writable.ts";
import { writableSystemFile } from "./writable-system-file.ts";

/** About what should not be in an image, or not be allowed in it. */
export const SECURITY_RULES: readonly Rule[] = [
  secretInFile,
  secretInConfiguration,
  privilegedFile,
  worldWritable,
  writableSystemFile,
  unknownOwner,
];
