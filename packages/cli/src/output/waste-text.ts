/** What the causes of waste mean, in words. */
import type { WasteCause } from "@layerscope/core";

/** What happened to all files of a cause. */
export const CAUSE_MEANING: Readonly<Record<WasteCause, string>> = {
  deleted: "removed by a later layer",
  hidden: "under a directory that was replaced",
  rewritten: "replaced by other content",
  metadata: "only owner, mode or times changed",
  identical: "stored again, nothing changed",
  "duplicate-member": "twice in one layer",
};

/** The same in fewer words, for one record; empty where the fields that changed say it. */
export const CAUSE_HOW: Readonly<Record<WasteCause, string>> = {
  deleted: "removed",
  hidden: "its directory was replaced",
  rewritten: "replaced by other content",
  metadata: "",
  identical: "stored again unchanged",
  "duplicate-member": "stored twice",
};

/** What whoever builds the image can do about it. */
export const CAUSE_REMEDY: Readonly<Record<WasteCause, string>> = {
  deleted: "Remove it in the step that makes it, or build it in another stage.",
  hidden: "Do not store what a later step replaces as a whole.",
  rewritten: "Write it once: join the steps, or copy only the final version.",
  metadata: "Set owner and mode while copying (COPY --chown, --chmod), or in the step that makes the file.",
  identical: "Copy it once; a step that touches nothing need not store it again.",
  "duplicate-member": "Whatever wrote this layer stored the path more than once.",
};
