/** Queries are answered beside the keys: the newest one, a slice at a time. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { file } from "../../../../../fixtures/build/tar.ts";
import { scanLayers } from "../../../../core/test/tree/scan-layers.ts";
import { QueryRunner } from "../../../src/tui/effects/queries.ts";
import type { Action } from "../../../src/tui/state/actions.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { subjectOf } from "../layers/subjects.ts";
import { smallImage } from "../state/images.ts";
import { User } from "../state/view-state.ts";

type Answer = Extract<Action, { type: "matches" }>;

/** A user whose queries a runner answers. */
class Asking {
  readonly user: User;
  readonly answers: Answer[] = [];
  readonly told: string[] = [];
  readonly runner: QueryRunner;

  constructor(subject: Subject) {
    this.user = new User(subject, { focus: "files" });
    this.runner = new QueryRunner((action) => {
      if (action.type === "matches") this.answers.push(action);
      if (action.type === "told") this.told.push(action.message.text);
      this.user.act(action);
      this.follow();
    });
  }

  follow(): void {
    this.runner.follow(this.user.state);
  }

  presses(...keys: string[]): this {
    for (const key of keys) {
      this.user.presses(key);
      this.follow();
    }
    return this;
  }

  types(text: string): this {
    return this.presses(...text);
  }

  /** Lets the runner go on until there are so many answers. */
  async until(answers: number): Promise<void> {
    for (let turn = 0; turn < 10_000 && this.answers.length < answers; turn++) await nextTurn();
  }

  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await nextTurn();
  }
}

let small: Subject;
let large: Subject;
beforeAll(async () => {
  small = await smallImage();
  const names = Array.from({ length: 30_000 }, (_, index) => `d${index % 50}/${"a".repeat(40)}${index}`);
  large = subjectOf(await scanLayers(names.map((name) => file(name))));
});

test("a small tree is answered at once, as a part of the same frame", () => {
  const asking = new Asking(small).presses("f").types("z");
  expect(asking.answers.length).toBe(1);
  expect(asking.answers[0]?.purpose).toBe("filter");
  expect(asking.user.state.filtered?.key).toMatch(/^z\n/);
});

test("what was typed last is what is answered, however fast it was typed", async () => {
  const asking = new Asking(large).presses("f").types("/99$/");
  await asking.until(1);
  await asking.turns(50);
  const keys = asking.answers.map(({ matches }) => matches.key.split("\n")[0]);
  expect(keys.at(-1)).toBe("/99$/");
  expect(new Set(keys).size).toBe(keys.length);
  expect(asking.answers.at(-1)?.matches.count).toBe(300);
});

test("a query that takes long leaves room for keys, and is given up for another one", async () => {
  const asking = new Asking(large).presses("f");
  asking.user.act({ type: "paste", text: "/.*77!$/" });
  asking.follow();
  // There is more to do than a slice has time for.
  expect(asking.answers).toEqual([]);
  asking.presses("ctrl+u").types("d7");
  await asking.until(1);
  await asking.turns(200);
  expect(asking.answers.at(-1)?.matches.key).toMatch(/^d7\n/);
  expect(asking.answers.filter(({ matches }) => matches.key.startsWith("/.*77")).length).toBe(0);
});

test("nothing is asked twice, and a query that is gone is not answered", async () => {
  const asking = new Asking(large).presses("f").types("d7");
  await asking.until(1);
  await asking.turns(50);
  const { length } = asking.answers;
  asking.follow();
  asking.follow();
  await asking.turns(50);
  expect(asking.answers.length).toBe(length);
  asking.presses("esc");
  asking.user.presses("f");
  asking.user.act({ type: "paste", text: "/a1$/" });
  asking.follow();
  asking.presses("esc");
  await asking.turns(200);
  expect(asking.user.state.filtered).toBeUndefined();
});

test("a filter and a search are answered beside each other", async () => {
  const asking = new Asking(small).presses("t", "f").types("big").presses("enter", "/").types("motd");
  await asking.until(2);
  expect(new Set(asking.answers.map(({ purpose }) => purpose))).toEqual(new Set(["filter", "search"]));
});

test("another layer is asked the same", () => {
  const asking = new Asking(small).presses("f").types("index").presses("enter");
  expect(asking.user.state.filtered?.count).toBe(0);
  asking.presses("]");
  expect(asking.user.state.filtered?.count).toBe(1);
  expect(asking.user.rows.at(-1)).toBe("srv/app/index.js");
});

describe("a query that is wrong", () => {
  test("leaves what was found, until it is right again", () => {
    const asking = new Asking(small).presses("]", "f").types("util");
    const { filtered } = asking.user.state;
    asking.user.act({ type: "paste", text: " /[/" });
    asking.follow();
    expect(asking.user.state.filtered).toMatchObject({ count: filtered?.count });
    expect(asking.user.rows).toContain("srv/app/lib/util.js");
  });

  test("that takes too long is told, and matches nothing", async () => {
    const names = Array.from({ length: 40 }, (_, index) => file(`${"a".repeat(200)}${index}!`));
    const asking = new Asking(subjectOf(await scanLayers(names))).presses("f");
    asking.user.act({ type: "paste", text: "/^(a+)+$/" });
    asking.follow();
    await asking.until(1);
    expect(asking.told.join()).toContain("takes too long");
    expect(asking.user.state.filtered?.count).toBe(0);
    expect(asking.answers.length).toBe(1);
  });
});

test("after the end nothing is answered", async () => {
  const asking = new Asking(large).presses("f");
  asking.user.act({ type: "paste", text: "/99$/" });
  asking.follow();
  asking.runner.stop();
  const { length } = asking.answers;
  await asking.turns(100);
  expect(asking.answers.length).toBe(length);
});
