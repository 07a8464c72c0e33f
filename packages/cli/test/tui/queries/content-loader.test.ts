/** Contents are read for what one looks at, and for nothing else. */
import { setTimeout as wait } from "node:timers/promises";
import { analyse, type ScannedImage } from "@layerscope/core";
import { expect, test } from "vitest";
import { file } from "../../../../../fixtures/build/tar.ts";
import { pack, withScan } from "../../../../core/test/tree/scan-layers.ts";
import { ContentLoader } from "../../../src/tui/effects/contents.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { neededContents } from "../../../src/tui/view-model/open-file.ts";
import { subjectOf } from "../layers/subjects.ts";
import { nodeOf } from "../state/images.ts";
import { User } from "../state/view-state.ts";

const LAYERS = [["a", "b", "c", "d"].map((name, index) => file(name, name.repeat(5000 - index)))];

/** A user with the cursor on the first file, whose contents a loader reads. */
class Looking {
  readonly user: User;
  readonly loader: ContentLoader;
  loaded = 0;

  constructor(subject: Subject) {
    this.user = new User(subject, { focus: "files", size: { columns: 140, rows: 50 } });
    this.loader = new ContentLoader((action) => {
      this.loaded++;
      this.user.act(action);
      this.loader.follow(this.user.state);
    });
    this.loader.follow(this.user.state);
  }

  presses(...keys: string[]): this {
    for (const key of keys) {
      this.user.presses(key);
      this.loader.follow(this.user.state);
    }
    return this;
  }

  has(path: string): boolean {
    return this.user.state.sources.contents.get(nodeOf(this.user.state.subject, path), 0) !== undefined;
  }

  async until(isTrue: () => boolean): Promise<void> {
    for (let turn = 0; turn < 300 && !isTrue(); turn++) await wait(10);
    expect(isTrue()).toBe(true);
  }
}

const looking = (use: (looking: Looking) => Promise<void>, change: Partial<Subject> = {}): Promise<void> =>
  withScan(pack(LAYERS, "gzip"), (image: ScannedImage) => use(new Looking(subjectOf(analyse(image), change))));

test("the file under the cursor is read once the cursor stays, what it passed is not", () =>
  looking(async (user) => {
    user.presses("down", "down", "down");
    await user.until(() => user.has("d"));
    expect(["a", "b", "c"].map((path) => user.has(path))).toEqual([false, false, false]);
    expect(user.user.pane("preview").join("\n")).toContain("dddd");
  }));

test("what is there is not read again", () =>
  looking(async (user) => {
    await user.until(() => user.has("a"));
    user.presses("down");
    await user.until(() => user.has("b"));
    const { loaded } = user;
    user.presses("up", "down", "up");
    await wait(100);
    expect(user.loaded).toBe(loaded);
  }));

test("what is no longer looked at is given up", () =>
  looking(async (user) => {
    user.presses("enter");
    // As soon as it is begun the user leaves.
    await wait(1);
    user.presses("esc", "down");
    await user.until(() => user.has("b"));
    await wait(50);
    // What was not given up in time is whole; nothing is there in part with an error.
    const content = user.user.state.sources.contents.get(nodeOf(user.user.state.subject, "a"), 0);
    expect(content?.error).toBeUndefined();
    const node = nodeOf(user.user.state.subject, "a");
    expect(user.user.state.sources.contents.lacks({ node, layer: 0, limit: 1 })).toBe(content === undefined);
  }));

test("without a preview on the screen nothing is read", () =>
  looking(async (user) => {
    user.presses("p");
    await wait(100);
    expect(user.loaded).toBe(0);
    expect(neededContents(user.user.state)).toEqual([]);
  }));

test("of a saved report nothing is read", () =>
  looking(
    async (user) => {
      user.presses("down", "enter");
      await wait(100);
      expect(user.loaded).toBe(0);
    },
    { hasContents: false },
  ));

test.each(["engine", "registry"] as const)(
  "of an image of an %s a file is read when it is opened, and not before",
  (kind) =>
    withScan(pack(LAYERS, "gzip"), async (image: ScannedImage) => {
      const analysis = analyse({ ...image, source: { ...image.source, kind } });
      const user = new Looking(subjectOf(analysis));
      user.presses("down");
      await wait(100);
      expect(user.loaded).toBe(0);
      expect(user.user.pane("preview").join("\n")).toContain(`press enter to read it from the ${kind}`);
      user.presses("enter");
      await user.until(() => user.has("b"));
      user.presses("esc");
      expect(user.user.pane("preview").join("\n")).toContain("bbbb");
      user.presses("down");
      await wait(100);
      expect(user.has("c")).toBe(false);
    }),
);

test("after the end nothing is begun", () =>
  looking(async (user) => {
    user.presses("down");
    user.loader.stop();
    await wait(100);
    expect(user.loaded).toBe(0);
  }));
