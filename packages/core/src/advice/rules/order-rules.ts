/** The rules about the order of steps, and about steps that better were one. */
import type { Rule } from "../rule.ts";
import { addUrl } from "./add-url.ts";
import { aptUpdateAlone } from "./apt-update-alone.ts";
import { copyBeforeInstall } from "./copy-before-install.ts";
import { layersByChange } from "./layers-by-change.ts";
import { packageRunsCouldBeOne } from "./package-runs-could-be-one.ts";

export const ORDER_RULES: readonly Rule[] = [
  copyBeforeInstall,
  layersByChange,
  aptUpdateAlone,
  packageRunsCouldBeOne,
  addUrl,
];
