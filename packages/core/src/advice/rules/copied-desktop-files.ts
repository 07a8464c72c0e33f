import type { Rule } from "../rule.ts";
import { unwantedCopies } from "./copied-files.ts";

export const copiedDesktopFiles: Rule = {
  id: "copied-desktop-files",
  title: "Leavings of a desktop were copied into the image",
  category: "context",
  reason:
    "File managers leave files such as .DS_Store and Thumbs.db that nothing in a container reads. They tell the names of files that are not in the image, and they change the layer for no reason.",
  fix: "Add the names to .dockerignore.",
  example: { bad: "COPY . .", good: "# .dockerignore\n**/.DS_Store\n**/Thumbs.db\n# Dockerfile\nCOPY . ." },
  counts:
    "Files .DS_Store, ._*, Thumbs.db, ehthumbs.db and desktop.ini, and what is in __MACOSX, .AppleDouble, .Spotlight-V100 and .Trashes, that a COPY or ADD of the image's own part stores. It has no minimum.",
  *find(context) {
    yield* unwantedCopies(context, {
      names: [
        ...[".DS_Store", "._*", "__MACOSX", ".AppleDouble", ".Spotlight-V100", ".Trashes"],
        ...["Thumbs.db", "ehthumbs.db", "desktop.ini"],
      ],
      subject: "Leavings of a desktop were copied",
    });
  },
};
