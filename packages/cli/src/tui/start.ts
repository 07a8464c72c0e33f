/** Opens the view, reads the image while it is shown, and puts the terminal back at the end. */
import type { ImageDocument, LayerscopeError, ScannedImage, Source } from "@layerscope/core";
import type { RulesToApply } from "../budgets/rules-to-apply.ts";
import type { UserConfig } from "../config/user-config.ts";
import { interruption } from "../interruption.ts";
import type { Units } from "../output/bytes.ts";
import { type OpenReferenceOptions, openReference } from "../sources/open-reference.ts";
import type { SourceOptions } from "../sources/source-options.ts";
import { ContentCache } from "./effects/content-cache.ts";
import { ContentLoader } from "./effects/contents.ts";
import type { ImageChoice } from "./effects/effects.ts";
import { loadRules } from "./effects/load-rules.ts";
import { Prefetcher } from "./effects/prefetch.ts";
import { QueryRunner } from "./effects/queries.ts";
import { runEffect } from "./effects/run-effects.ts";
import { NOTHING_YET, scanSubject } from "./effects/scan-subject.ts";
import { createKeymap } from "./keymap/keymap.ts";
import { createLook } from "./present/create-look.ts";
import type { Look } from "./present/look.ts";
import { startAdvice } from "./state/advice.ts";
import { startFiles } from "./state/files-state.ts";
import { NO_MARKS } from "./state/marks.ts";
import { startPackages } from "./state/packages.ts";
import type { State } from "./state/state.ts";
import { startWaste } from "./state/waste.ts";
import { Store } from "./store.ts";
import type { Subject } from "./subject.ts";
import { type Capabilities, terminalCapabilities } from "./terminal/capabilities.ts";
import type { InputEvent } from "./terminal/input.ts";
import { Screen } from "./terminal/screen.ts";
import { openTerminal, type TerminalSession } from "./terminal/session.ts";
import { Background } from "./view-model/file/background.ts";
import type { FileSources } from "./view-model/file/model.ts";
import { contextsOf } from "./view-model/selection.ts";

export interface ViewOptions extends SourceOptions {
  readonly reference: string;
  readonly image?: string;
  readonly verify?: boolean;
  /** Undefined leaves it to the user's configuration. */
  readonly units: Units | undefined;
  readonly color: boolean;
  readonly config: UserConfig;
  readonly base: ((document: ImageDocument) => Promise<Subject["base"]>) | undefined;
  readonly report: (() => Promise<ScannedImage>) | undefined;
}

/**
 * Shows an image until the user leaves.
 * @returns false when there is no keyboard to steer the view with
 * @throws LayerscopeError when there is no image to show, before the view is there or after the terminal is given back
 */
export async function startView(options: ViewOptions): Promise<boolean> {
  // A pipe is read to its end before it can be used, which is to be seen. Whatever else there is to say or to ask about
  // where the image is comes before the view.
  const isShown = options.report !== undefined || options.reference === "-";
  const source = isShown ? undefined : await openFor(options, { signal: interruption.signal });
  const { stdout, env } = process;
  const terminal = openTerminal({ stdout, env, mouse: options.config.mouse });
  if (!terminal) {
    await source?.[Symbol.asyncDispose]();
    return false;
  }
  await new View(options, terminal).run(source);
  return true;
}

/** Contents are wanted later, so that a pipe must be kept. */
function openFor({ reference, ...options }: ViewOptions, how: OpenReferenceOptions): Promise<Source> {
  return openReference(reference, options, { ...how, spool: true });
}

class View {
  readonly #options: ViewOptions;
  readonly #capabilities: Capabilities;
  readonly #terminal: TerminalSession;
  readonly #screen: Screen;
  readonly #store: Store;
  readonly #contents: ContentLoader;
  readonly #queries: QueryRunner;
  readonly #prefetcher = new Prefetcher();
  readonly #background = new Background(() => this.#store.dispatch({ type: "content-loaded" }));
  readonly #ended = new AbortController();
  /** What was typed since the last frame. */
  #typed: InputEvent[] = [];
  readonly #rules: Promise<RulesToApply | undefined>;
  #reading: Promise<void> = Promise.resolve();
  #source: Source | undefined;
  /** What the user chose of several. */
  #chosen: { readonly image?: string; readonly platform?: string } = {};
  #finish: (error?: LayerscopeError) => void = () => {};

  constructor(options: ViewOptions, terminal: TerminalSession) {
    this.#options = options;
    this.#terminal = terminal;
    this.#screen = new Screen(terminal.output);
    this.#capabilities = terminalCapabilities(process.stdout, process.env, options.color);
    const dispatch: Store["dispatch"] = (action) => this.#store.dispatch(action);
    this.#contents = new ContentLoader(dispatch);
    this.#queries = new QueryRunner(dispatch);
    this.#rules = loadRules((text) => dispatch({ type: "told", message: { tone: "warning", text } }));
    const context = {
      terminal,
      env: process.env,
      dispatch,
      quit: () => this.#finish(),
      chooseImage: (choice: ImageChoice) => void this.#readAgain(choice),
      signal: this.#ended.signal,
    };
    this.#store = new Store(
      firstState(options, this.#capabilities, this.#screen, {
        contents: new ContentCache(),
        background: this.#background,
      }),
      (effect, state) => runEffect(effect, state, context),
      (state) => {
        this.#queries.follow(state);
        this.#contents.follow(state);
        this.#prefetcher.follow(state);
      },
    );
  }

  async run(source: Source | undefined): Promise<void> {
    this.#source = source;
    const done = new Promise<void>((resolve, reject) => {
      this.#finish = (error) => (error ? reject(error) : resolve());
    });
    this.#terminal.listen({
      input: (event) => this.#take(event),
      resized: () => this.#resize(),
      left: () => this.#screen.pause(),
      entered: () => this.#screen.resume(),
      closed: () => this.#finish(),
    });
    const { mount } = await import("./view/mount.tsx");
    const unmount = mount(this.#store, this.#screen);
    this.#reading = this.#read();
    try {
      await done;
    } finally {
      this.#ended.abort();
      this.#contents.stop();
      this.#prefetcher.stop();
      this.#queries.stop();
      this.#background.close();
      await this.#terminal.close();
      unmount();
      await this.#reading;
      await this.#source?.[Symbol.asyncDispose]();
    }
  }

  #resize(): void {
    const { columns, rows } = this.#screen;
    this.#screen.repaint();
    this.#store.dispatch({ type: "resized", columns, rows });
  }

  /** With the image that the user chose of several. */
  async #readAgain(choice: ImageChoice): Promise<void> {
    this.#chosen = { ...this.#chosen, ...choice };
    await this.#reading;
    await this.#source?.[Symbol.asyncDispose]();
    this.#source = undefined;
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    const options = { ...this.#options, ...this.#chosen };
    const { reference } = options;
    const { signal } = this.#ended;
    const open = async (onSpooled: (bytes: number) => void): Promise<Source> => {
      this.#source ??= await openFor(options, { onSpooled, signal, silent: true });
      return this.#source;
    };
    await scanSubject({ ...options, open, signal, rules: this.#rules }, (subject) => {
      const { error, document, phase } = subject;
      // What came in by a pipe is gone: there is no second try.
      const isLost = phase === "choosing" ? reference === "-" : phase === "failed" && document === undefined;
      if (isLost) this.#finish(error);
      else this.#store.dispatch({ type: "subject", subject });
    });
  }

  /** Keys that came together are drawn as one. */
  #take(event: InputEvent): void {
    if (this.#typed.push(event) > 1) return;
    queueMicrotask(() => {
      const events = this.#typed;
      this.#typed = [];
      this.#store.batch(() => {
        for (const each of events) this.#takeOne(each);
      });
    });
  }

  #takeOne(event: InputEvent): void {
    const state = this.#store.getState();
    switch (event.type) {
      case "key": {
        const name = state.dialog ? undefined : state.keymap.find(contextsOf(state), event.key.name);
        if (state.dialog) this.#store.dispatch({ type: "key", key: event.key });
        else if (name) this.#store.dispatch({ type: "command", name });
        return;
      }
      case "paste":
        this.#store.dispatch({ type: "paste", text: event.text });
        return;
      case "mouse":
        if (state.mouse) this.#store.dispatch({ type: "mouse", event: event.event });
        return;
      case "background":
        this.#takeBackground(event.dark ? "dark" : "light");
        return;
    }
  }

  /** The terminal's answer comes when the first frame is long there. */
  #takeBackground(background: "dark" | "light"): void {
    if (this.#options.config.theme !== "auto") return;
    const { units } = this.#store.getState().look;
    const look = { ...lookOf(this.#options, { ...this.#capabilities, background }), units };
    this.#store.dispatch({ type: "look", look });
  }
}

function lookOf({ units, config }: ViewOptions, capabilities: Capabilities): Look {
  const { theme } = config;
  return createLook({
    depth: theme === "none" ? "none" : capabilities.colors,
    theme: theme === "light" || theme === "dark" ? theme : (capabilities.background ?? "dark"),
    unicode: capabilities.unicode,
    plain: config.screenReader,
    units: units ?? config.units,
  });
}

function firstState(options: ViewOptions, capabilities: Capabilities, screen: Screen, sources: FileSources): State {
  const { reference, config } = options;
  return {
    size: { columns: screen.columns, rows: screen.rows },
    subject: { ...NOTHING_YET, reference },
    startedAt: Date.now(),
    look: lookOf(options, capabilities),
    keymap: createKeymap(config.keys),
    mouse: config.mouse,
    view: "explore",
    focus: "layers",
    enlarged: false,
    hasPreview: config.preview,
    divider: 0.38,
    dragging: false,
    layers: { cursor: 0, top: 0 },
    detailsTop: 0,
    previewTop: 0,
    files: startFiles({ shown: config.view, sort: config.sort, columns: config.columns }),
    waste: startWaste(),
    advice: startAdvice(),
    packages: startPackages(),
    file: undefined,
    history: undefined,
    marks: NO_MARKS,
    sources,
    search: undefined,
    found: undefined,
    filtered: undefined,
    dialog: undefined,
    message: undefined,
    back: [],
    typed: {},
  };
}
