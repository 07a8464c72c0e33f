/** Whatever is typed, clicked or told, in whatever order: the view stays sound. */
import { openSource } from "@layerscope/core";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { layoutPath } from "../../../../../test/ground-truth/real-images.ts";
import { temporaryFile } from "../../../../../test/temporary-directory.ts";
import { adviceImage } from "../../../../../test/tui/advice-image.ts";
import { loadContent } from "../../../src/tui/effects/load-content.ts";
import { NOTHING_YET, scanSubject } from "../../../src/tui/effects/scan-subject.ts";
import { COMMANDS } from "../../../src/tui/keymap/commands.ts";
import type { Look } from "../../../src/tui/present/look.ts";
import type { Action } from "../../../src/tui/state/actions.ts";
import type { State } from "../../../src/tui/state/state.ts";
import { neededContents } from "../../../src/tui/view-model/open-file.ts";
import { expectSound } from "./sound-state.ts";
import { lookWith, User } from "./view-state.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 15);

const LOOKS: Record<string, Look> = {
  "no colours": lookWith(),
  "all colours": lookWith({ depth: "true" }),
  ASCII: lookWith({ unicode: false, depth: "16" }),
  "a screen reader": lookWith({ plain: true }),
};

type Step = Action | "answer" | "load";

const NAMES = [...new Set(COMMANDS.map(({ name }) => name))];
const command = fc.constantFrom(...NAMES).map((name): Step => ({ type: "command", name }));
const typedText = fc.constantFrom(
  ..."ae./*!(",
  "size>1kB",
  "is:removed",
  "/(a+)+$/",
  "/[/",
  "é",
  "\u202e",
  "🇩🇪",
  " ",
  "x".repeat(300),
);
const key = fc
  .constantFrom(
    "up",
    "down",
    "left",
    "enter",
    "enter",
    "esc",
    "tab",
    "home",
    "backspace",
    "pagedown",
    "pageup",
    "q",
    "k",
  )
  .map((name): Step => ({ type: "key", key: { name, text: name.length === 1 ? name : undefined } }));
const typed = typedText.map((text): Step => ({ type: "key", key: { name: text, text } }));
const paste = fc.constantFrom("a\nb", "\x1b[31mred", "").map((text): Step => ({ type: "paste", text }));
const mouse = fc
  .record({
    kind: fc.constantFrom("press", "press", "press", "release", "drag", "wheel-up", "wheel-down"),
    button: fc.constantFrom("left", "left", "left", "middle", "right", "none"),
    x: fc.integer({ min: 0, max: 140 }),
    y: fc.integer({ min: 0, max: 50 }),
  })
  .map((event) => ({ type: "mouse", event }) as Step);
const resize = fc
  .record({
    columns: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 12 })),
    rows: fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 12 })),
  })
  .map((size): Step => ({ type: "resized", ...size }));
const told = fc
  .constantFrom("\x1b[2J gone", "é".repeat(200), "fine")
  .map((text): Step => ({ type: "told", message: { tone: "warning", text } }));

const step = fc.oneof(
  { weight: 20, arbitrary: command },
  { weight: 6, arbitrary: key },
  { weight: 3, arbitrary: typed },
  { weight: 1, arbitrary: paste },
  { weight: 6, arbitrary: mouse },
  { weight: 2, arbitrary: resize },
  { weight: 1, arbitrary: told },
  { weight: 3, arbitrary: fc.constantFrom("answer" as const, "load" as const) },
);

/** Some steps before each time that more is known of the image, and the rest when it is read. */
const plan = fc.record({
  whileReading: fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 6 }),
  after: fc.array(step, { maxLength: 40 }),
  look: fc.constantFrom(...Object.keys(LOOKS)),
});

const IMAGES = {
  demo: "fixtures/demo.tar",
  names: layoutPath("edge-names", "docker-save-26.tar"),
  whiteouts: layoutPath("edge-whiteout", "oci-archive-gzip.tar"),
  empty: layoutPath("edge-empty", "docker-save-26.tar"),
  "no layers": layoutPath("edge-zero", "docker-save-26-dk26cs.tar"),
  findings: temporaryFile(adviceImage()),
  "several images": layoutPath("multiarch", "docker-save-26-containerd.tar"),
};

let opened: State | undefined;
afterEach(() => opened?.sources.background.close());

describe.each(Object.entries(IMAGES))("%s", (_name, path) => {
  test("any sequence of things leaves a sound view", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ whileReading, after, look }) => {
        const user = new User({ ...NOTHING_YET, reference: path }, { look: LOOKS[look] ?? lookWith() });
        opened = user.state;
        try {
          await using source = await openSource(path);
          const pieces = [...whileReading];
          const { signal } = new AbortController();
          // Thrown later: the scan takes what its listeners throw for its own.
          let failure: unknown;
          await scanSubject({ reference: path, open: async () => source, signal }, (subject) => {
            if (failure) return;
            try {
              for (const each of pieces.shift() ?? []) take(user, each);
              takeAction(user, { type: "subject", subject });
            } catch (thrown) {
              failure = thrown;
            }
          });
          if (failure) throw failure;
          for (const each of after) {
            if (each === "load") await load(user);
            else take(user, each);
          }
        } finally {
          user.state.sources.background.close();
        }
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 60_000 },
    );
  }, 120_000);
});

function take(user: User, each: Step): void {
  if (each === "load") return;
  if (each === "answer") {
    user.answered();
    expectSound(user.state);
    return;
  }
  // Keys are a dialog's where there is one, else there are only commands.
  if (user.state.dialog && each.type === "command") return;
  takeAction(user, each);
}

function takeAction(user: User, action: Action): void {
  user.act(action);
  expectSound(user.state);
}

async function load(user: User): Promise<void> {
  const { image } = user.state.subject;
  const { signal } = new AbortController();
  for (const { node, layer, limit } of neededContents(user.state)) {
    if (image) user.state.sources.contents.add(await loadContent(image, node, layer, { limit, signal }));
  }
  takeAction(user, { type: "content-loaded" });
}

test("there are commands to try", () => {
  expect(NAMES.length).toBeGreaterThan(50);
  expect(NAMES).toEqual(expect.arrayContaining(["view-advice", "view-packages", "copy-snippet"]));
});
