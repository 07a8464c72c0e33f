import { copyCommand } from "../copy-command.ts";
import type { Rule } from "../rule.ts";
import { dockerfileText } from "../snippet.ts";
import { mountedManifests } from "../waste-attributes.ts";
import { wasteDrafts } from "../waste-drafts.ts";

export const copiedTwice: Rule = {
  id: "copied-twice",
  title: "The same paths are copied by two steps",
  category: "waste",
  reason: "Both layers store the files. Only those of the later one are seen.",
  fix: "Copy each file once: leave it out of one of the steps. Manifests that only an install needs before the rest is copied can be mounted (RUN --mount=type=bind).",
  example: { bad: "COPY . .\nRUN npm run build\nCOPY . .", good: "COPY . .\nRUN npm run build" },
  counts:
    "The sizes of the files of the earlier step, whether the later one has the same content or another. Copying over a file of the base image does not count here but for rewritten-later or stored-again-unchanged.",
  *find(context) {
    yield* wasteDrafts(context, "copied-twice", "copies again what", (group) => {
      const manifests = mountedManifests(context, group);
      if (manifests !== undefined) return { snippet: manifests };
      const [first, second] = [group.stored, group.hidden].map((step) => step && copyCommand(step));
      const isSame =
        first !== undefined &&
        !first.hidden &&
        first.target === second?.target &&
        first.sources.join("\0") === second.sources.join("\0");
      return isSame && group.hidden ? { snippet: dockerfileText(group.hidden) } : {};
    });
  },
};
