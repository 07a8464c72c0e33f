/** The rules about bytes that no container sees. Together they claim every wasted byte, each once. */
import type { Rule } from "../rule.ts";
import { addedThenRemoved } from "./added-then-removed.ts";
import { copiedTwice } from "./copied-twice.ts";
import { downloadedThenRemoved } from "./downloaded-then-removed.ts";
import { removedLater } from "./removed-later.ts";
import { replacedDirectory } from "./replaced-directory.ts";
import { rewrittenByChmod } from "./rewritten-by-chmod.ts";
import { rewrittenByChown } from "./rewritten-by-chown.ts";
import { rewrittenByPackageManager } from "./rewritten-by-package-manager.ts";
import { rewrittenBySetcap } from "./rewritten-by-setcap.ts";
import { rewrittenByTouch } from "./rewritten-by-touch.ts";
import { rewrittenLater } from "./rewritten-later.ts";
import { storedAgainUnchanged } from "./stored-again-unchanged.ts";
import { storedTwiceInOneLayer } from "./stored-twice-in-one-layer.ts";

export const WASTE_RULES: readonly Rule[] = [
  addedThenRemoved,
  downloadedThenRemoved,
  removedLater,
  rewrittenByChown,
  rewrittenByChmod,
  rewrittenByTouch,
  rewrittenBySetcap,
  rewrittenByPackageManager,
  copiedTwice,
  storedAgainUnchanged,
  rewrittenLater,
  replacedDirectory,
  storedTwiceInOneLayer,
];
