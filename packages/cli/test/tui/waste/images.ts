/** Images that waste bytes for every cause. */
import type { Analysis } from "@layerscope/core";
import { file, type Member, opaque, whiteout } from "../../../../../fixtures/build/tar.ts";
import { bytes, scanMembers } from "./subjects.ts";

const lists = ["main", "contrib", "non-free"].map((name, index) =>
  file(`var/lib/apt/lists/${name}`, bytes(400_000 + index * 1000)),
);
const app = ["index.js", "lib/util.js"].map((name, index) => file(`srv/app/${name}`, bytes(90_000 + index)));
const owned = (members: readonly Member[]): Member[] => members.map((member) => ({ ...member, uid: 1000, gid: 1000 }));

const LAYERS: Member[][] = [
  [
    ...lists,
    file("etc/motd", bytes(500, "a")),
    file("opt/old/data", bytes(70_000)),
    file("usr/bin/tool", bytes(20_000)),
  ],
  [...app, file("etc/motd", bytes(700, "b")), file("twice", bytes(3000)), file("twice", bytes(3000))],
  [...owned(app), whiteout("var/lib/apt/lists")],
  [opaque("opt"), file("usr/bin/tool", bytes(20_000)), file("etc/motd", bytes(900, "c"))],
];

const COMMANDS = [
  "/bin/sh -c #(nop) ADD file:0123 in / ",
  "COPY . /srv/app # buildkit",
  "RUN /bin/sh -c chown -R node:node /srv/app && rm -rf /var/lib/apt/lists # buildkit",
  "",
];

/** Four layers with a record of every cause; the first one is an image's base. */
export const everyCause = (): Promise<Analysis> => scanMembers(LAYERS, COMMANDS);
