/** Credential helpers: real programs on a PATH of their own. */
import { getEventListeners } from "node:events";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findCredentials } from "../../../../src/source/registry/credentials/find-credentials.ts";
import { authOf, type Home, home, revealed } from "./credential-files.ts";

const REGISTRY = "example.com";
const SECRET = "hunter2secret";
const CONFIG = ".docker/config.json";
const NOT_FOUND = "echo credentials not found in native keychain; exit 1";

function answer(username: string, secret = SECRET): string {
  return `echo '${JSON.stringify({ ServerURL: "", Username: username, Secret: secret })}'`;
}

/** A home whose helper `store` is the script, for all registries. */
function homeWith(script: string, more: object = {}): Home {
  const place = home();
  place.write(CONFIG, { auths: { [REGISTRY]: {} }, credsStore: "store", ...more });
  place.helper("store", script);
  return place;
}

function search(from: Home, registry = REGISTRY, signal?: AbortSignal) {
  return findCredentials(registry, "group/app", { env: from.env, signal });
}

describe("a helper", () => {
  test("gives a user name and a secret", async () => {
    const place = homeWith(answer("me"));
    const found = await search(place);
    expect(revealed(found.credentials)).toEqual({ kind: "password", username: "me", password: SECRET });
    expect(found.origin).toBe(`docker-credential-store, by ${place.path(CONFIG)}`);
    expect(found.problems).toEqual([]);
  });

  test("may give an identity token", async () => {
    const found = await search(homeWith(answer("<token>")));
    expect(revealed(found.credentials)).toEqual({ kind: "identity-token", token: SECRET });
  });

  test("is asked with `get` for the host, in one line, and has the environment of the search", async () => {
    const place = homeWith(`{ echo "$@"; cat; echo "$HOME"; } > "$HOME/asked"; ${answer("me")}`);
    await search(place, "localhost:5000");
    expect(readFileSync(place.path("asked"), "utf8")).toBe(`get\nlocalhost:5000\n${place.env.HOME}\n`);
  });

  test("need not read what it is asked", async () => {
    expect((await search(homeWith(`exec <&-; ${answer("me")}`))).credentials?.kind).toBe("password");
  });

  test("is asked for both names of Docker Hub", async () => {
    const place = homeWith(
      `read key; echo "$key" >> "$HOME/asked"; [ "$key" = docker.io ] || { ${NOT_FOUND}; }; ${answer("me")}`,
    );
    expect((await search(place, "docker.io")).credentials?.kind).toBe("password");
    expect(readFileSync(place.path("asked"), "utf8")).toBe("https://index.docker.io/v1/\ndocker.io\n");
  });

  test("of its own has a registry where one is named, and none where the name is empty", async () => {
    const place = homeWith(answer("store"), { credHelpers: { "special.example": "special", "plain.example": "" } });
    place.helper("special", answer("special"));
    expect(revealed((await search(place, "special.example")).credentials)).toMatchObject({ username: "special" });
    expect(revealed((await search(place, "other.example")).credentials)).toMatchObject({ username: "store" });
    expect((await search(place, "plain.example")).credentials).toBeUndefined();
  });

  test("comes before what stands in the same document", async () => {
    const auths = { [REGISTRY]: authOf("file", "word") };
    expect(revealed((await search(homeWith(answer("store"), { auths }))).credentials)).toMatchObject({
      username: "store",
    });
    expect(revealed((await search(homeWith(NOT_FOUND, { auths }))).credentials)).toMatchObject({ username: "file" });
  });

  test.each([
    ["nothing found", NOT_FOUND],
    ["nobody", answer("")],
  ])("may know nothing: %s", async (_, script) => {
    expect(await search(homeWith(script))).toEqual({ credentials: undefined, origin: undefined, problems: [] });
  });
});

describe("a helper that is of no use is named, and the search goes on", () => {
  test.each([
    ["it fails", `${answer("me")}; echo ${SECRET} >&2; exit 3`, "failed with exit code 3"],
    ["it is killed", `${answer("me")}; kill -9 $$`, "was ended by a signal"],
    ["it says nothing", "exit 0", "gave an answer without user name and secret"],
    ["it gives no JSON", `echo '{"Username":"me","Secret":${SECRET}'`, "gave an answer without user name and secret"],
    ["it gives too little", `echo '{"Secret":"${SECRET}"}'`, "gave an answer without user name and secret"],
    ["it gives no token", answer("<token>", `${SECRET} and more`), "has a token with characters that no token has"],
    ["it never stops talking", `while :; do echo ${SECRET.repeat(50)}; done`, "said more than 1 MiB"],
  ])("%s", async (_, script, problem) => {
    const place = homeWith(script);
    place.write(".dockercfg", { [REGISTRY]: authOf("old", "word") });
    const found = await search(place);
    expect(revealed(found.credentials)).toMatchObject({ username: "old" });
    expect(found.problems).toEqual([`${place.path(CONFIG)} names docker-credential-store, which ${problem}`]);
    expect(inspect(found)).not.toContain(SECRET);
  });

  test("it is not installed", async () => {
    const place = home();
    place.write(CONFIG, { credsStore: "store" });
    const { problems } = await search(place);
    expect(problems).toEqual([`${place.path(CONFIG)} names docker-credential-store, which is not installed`]);
  });

  test("its program needs another that is not there", async () => {
    const place = homeWith(answer("me"));
    place.write("bin/docker-credential-store", "#!/nonexistent/interpreter\n");
    expect((await search(place)).problems).toEqual([expect.stringContaining("which cannot be started (ENOENT)")]);
  });

  test("the environment is more than a program can be given", async () => {
    const place = homeWith(answer("me"));
    const env = { ...place.env, MORE: "x".repeat(3_000_000) };
    expect((await findCredentials(REGISTRY, "app", { env })).problems).toEqual([
      expect.stringContaining("which cannot be started (E2BIG)"),
    ]);
  });

  test("its program may not be executed", async () => {
    const place = homeWith(answer("me"));
    chmodSync(place.path("bin/docker-credential-store"), 0o644);
    expect((await search(place)).problems).toEqual([expect.stringContaining("which is not installed")]);
  });

  test.each(["../bin/docker-credential-store", "a/b", "a\\b", "a b", "a;b", "$(a)", "a\0b", "\u{e4}", "a".repeat(200)])(
    "its name is none: %j",
    async (name) => {
      const place = homeWith(answer("me"), { credsStore: "", credHelpers: { [REGISTRY]: name } });
      expect(await search(place)).toMatchObject({
        credentials: undefined,
        problems: [`${place.path(CONFIG)} names a credential helper that cannot be one`],
      });
    },
  );

  test("it lies only in a part of PATH that is not absolute", async () => {
    const place = homeWith(answer("me"));
    const env = { ...place.env, PATH: `:.:${relative(process.cwd(), place.path("bin"))}` };
    expect((await findCredentials(REGISTRY, "app", { env })).problems).toEqual([
      expect.stringContaining("which is not installed"),
    ]);
  });
});

describe("a helper that hangs", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  // The shell waits for a program of its own, as most helpers that are scripts do.
  const hang =
    'sleep 60 & echo $! > "$HOME/sleep.new"; echo $$ > "$HOME/shell"; mv "$HOME/sleep.new" "$HOME/sleep"; wait';

  const pidIn = (place: Home, name: string) => Number(readFileSync(place.path(name), "utf8"));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await turn();
  }

  test("is killed with all that it started when the signal fires", async () => {
    const place = homeWith(hang);
    const controller = new AbortController();
    const found = search(place, REGISTRY, controller.signal);
    await until(() => existsSync(place.path("sleep")));
    controller.abort();
    await expect(found).rejects.toMatchObject({ code: "aborted" });
    await until(() => !isRunning(pidIn(place, "shell")) && !isRunning(pidIn(place, "sleep")));
  });

  test("is killed with all that it started after half a minute", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const place = homeWith(hang);
    const found = search(place);
    await until(() => existsSync(place.path("sleep")));
    vi.advanceTimersByTime(30_000);
    expect((await found).problems).toEqual([expect.stringContaining("which gave no answer within 30 s")]);
    await until(() => !isRunning(pidIn(place, "shell")) && !isRunning(pidIn(place, "sleep")));
  });

  test("is not started when the signal has fired", async () => {
    const place = homeWith(`touch "$HOME/started"; ${answer("me")}`);
    await expect(search(place, REGISTRY, AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
    expect(existsSync(place.path("started"))).toBe(false);
  });

  test("leaves no listeners at a signal that does not fire", async () => {
    const { signal } = new AbortController();
    const found = await search(homeWith(answer("me")), REGISTRY, signal);
    expect(found.credentials?.kind).toBe("password");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

/** A process that has ended, but that nobody has asked about yet, is none. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !existsSync(`/proc/${pid}/stat`) || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}
