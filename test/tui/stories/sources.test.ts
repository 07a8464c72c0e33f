/** Where an image can come from, and what happens when it is not what one hoped for. */
import { rmSync } from "node:fs";
import { expect } from "vitest";
import { dockerSaveNew } from "../../../fixtures/build/image.ts";
import { file, tar } from "../../../fixtures/build/tar.ts";
import { COMMAND, DEMO } from "../../cli/command.ts";
import { temporaryFile, temporaryPath } from "../../temporary-directory.ts";
import { Terminal } from "../tmux.ts";
import { allRead, cursorOn, explore, layerscopeIn, story } from "../view.ts";

story("an archive from a pipe is explored with the keys of the terminal, contents and all", async () => {
  const terminal = await Terminal.start(["sh", "-c", `cat ${DEMO} | exec "$0" "$1" -`, process.execPath, COMMAND], {
    env: { XDG_CONFIG_HOME: temporaryPath() },
  });
  await allRead(terminal);
  await terminal.keys("t", "/");
  await terminal.text("/etc/passwd");
  await terminal.keys("Enter");
  await cursorOn(terminal, "passwd");
  await terminal.keys("Enter");
  await terminal.waitFor("root:x:0:0:root");
  await terminal.keys("q");
  expect(await terminal.exitStatus()).toBe(0);
  expect(await terminal.state()).toEqual(terminal.stateBefore());
});

story("keys that are pressed before there is anything to see are not lost", async () => {
  const terminal = await layerscopeIn([DEMO]);
  await terminal.keys("2");
  await terminal.waitFor("▸ Waste");
});

story("an image file that is not there is an error after which the terminal is as before", async () => {
  const terminal = await layerscopeIn(["/nowhere/image.tar"]);
  expect(await terminal.exitStatus()).toBe(2);
  await terminal.waitFor("layerscope: /nowhere/image.tar: no such file or directory");
  expect(await terminal.state()).toEqual(terminal.stateBefore());
});

story("a file that is no image is an error after which the terminal is as before", async () => {
  const terminal = await layerscopeIn(["package.json"]);
  expect(await terminal.exitStatus()).toBe(2);
  await terminal.waitFor("layerscope: ");
  expect(await terminal.state()).toEqual(terminal.stateBefore());
});

const layers = [
  tar([file("a", "a".repeat(3000))]),
  tar([file("b", "b".repeat(2000)), file("c", "c".repeat(1000))]),
  tar([file("d", "d".repeat(500))]),
];

story("what could be read of a damaged image is shown, and that it is not all", async () => {
  const cut = layers.map((layer, index) => (index === 1 ? layer.subarray(0, 3600) : layer));
  const terminal = await layerscopeIn([temporaryFile(dockerSaveNew({ layers: cut }))]);
  await terminal.waitFor(/partial: RUN/);
  expect((await terminal.waitFor("incomplete"))[0]).toContain("incomplete");
  await terminal.keys("!");
  await terminal.waitFor(/error +layer 1 .* ends/);
  await terminal.keys("Escape", "]", "]", "t", "Enter");
  await terminal.waitFor(/3\.00 kB.* a$/m);
  await terminal.keys("q");
  expect(await terminal.exitStatus()).toBe(0);
  expect(await terminal.state()).toEqual(terminal.stateBefore());
});

story("a layer that the archive does not have is said to be absent", async () => {
  const terminal = await explore(temporaryFile(dockerSaveNew({ layers, broken: { missing: [1] } })));
  await terminal.waitFor(/absent: RUN/);
});

story("an archive of several images asks which, and shows the one that is chosen", async () => {
  const images = [
    { tags: ["example.com/one:1"], layers: [tar([file("in-one", "1")])] },
    { tags: ["example.com/two:2"], layers: [tar([file("in-two", "22")])] },
  ];
  const terminal = await layerscopeIn([temporaryFile(dockerSaveNew(images))]);
  await terminal.waitFor("Which image?");
  await terminal.waitFor("example.com/two:2");
  await terminal.keys("j", "Enter");
  await terminal.waitFor("in-two");
  expect((await terminal.screen())[0]).toContain("example.com/two:2");
  await terminal.keys("q");
  expect(await terminal.exitStatus()).toBe(0);
});

story("a file that goes away while it is looked at is an error in the view, not the end of it", async () => {
  const path = temporaryFile(dockerSaveNew({ layers, compression: "gzip" }), "goes.tar");
  const terminal = await explore(path);
  await terminal.keys("Enter");
  rmSync(path);
  await terminal.keys("Enter");
  await terminal.waitFor("▸ File ─");
  await terminal.keys("Escape");
  await terminal.waitFor("▸ Files");
});
