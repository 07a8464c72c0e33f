/** Debian's docker-registry on ports of its own, and skopeo, which fills it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MEDIA } from "../../fixtures/build/image.ts";

export interface RunningRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Where it keeps what it has. */
  readonly storage: string;
  /**
   * Pushes what skopeo's transports name, every platform of it, without changing a byte.
   * @param source `oci:DIR`, `oci:DIR:TAG`, `dir:DIR`
   * @param name `REPOSITORY:TAG`
   */
  push(source: string, name: string): Promise<void>;
  /** Gives it an index as it is, of manifests that it has. For what skopeo cannot push. */
  putIndex(index: Uint8Array, repository: string, tag: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** What is not installed of what these tests need; empty when all is there. */
export const MISSING = ["docker-registry", "htpasswd", "skopeo"].filter(
  (program) => spawnSync(program, { stdio: "ignore" }).error,
);
/** A part of the names of tests that are skipped. */
export const WHY = MISSING.length > 0 ? ` (skipped: no ${MISSING.join(", no ")})` : "";

/**
 * Starts a registry in a new directory.
 * @param account who may read and write; everybody when left out
 */
export async function startRegistry(directory: string, account?: Account): Promise<RunningRegistry> {
  const storage = join(directory, "storage");
  mkdirSync(storage, { recursive: true });
  const lines = [
    "version: 0.1",
    `storage: {filesystem: {rootdirectory: ${storage}}}`,
    // It says at which port it listens.
    "log: {level: info}",
    "http: {addr: 127.0.0.1:0, secret: of a test}",
  ];
  if (account) {
    const users = join(directory, "users");
    writeFileSync(users, hashed(account));
    lines.push(`auth: {htpasswd: {realm: test, path: ${users}}}`);
  }
  const settings = join(directory, "settings.yml");
  writeFileSync(settings, `${lines.join("\n")}\n`);
  const daemon = spawn("docker-registry", ["serve", settings], { stdio: ["ignore", "ignore", "pipe"] });
  const onExit = () => void daemon.kill("SIGKILL");
  process.once("exit", onExit);
  const host = await addressOf(daemon);
  return {
    host,
    storage,
    push: (source, name) => push(source, `docker://${host}/${name}`, account),
    putIndex: (index, repository, tag) => putIndex(index, `http://${host}/v2/${repository}/manifests/${tag}`),
    async stop() {
      process.off("exit", onExit);
      const closed = once(daemon, "close");
      daemon.kill("SIGKILL");
      await closed;
    },
  };
}

function hashed({ user, password }: Account): string {
  // The cheapest bcrypt there is: every request of every test is checked with it.
  const { stdout, status } = spawnSync("htpasswd", ["-Bbn", "-C", "4", user, password], { encoding: "utf8" });
  if (status !== 0) throw new Error("htpasswd failed");
  return stdout;
}

async function addressOf(daemon: ChildProcess): Promise<string> {
  return await new Promise((resolve, reject) => {
    let log = "";
    daemon.stderr?.on("data", (text) => {
      log += text;
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (address !== undefined) resolve(address);
    });
    daemon.once("close", () => reject(new Error(`docker-registry ended: ${log}`)));
  });
}

async function push(source: string, target: string, account: Account | undefined): Promise<void> {
  const credentials = account ? [`--dest-creds=${account.user}:${account.password}`] : [];
  const options = ["--all", "--preserve-digests", "--dest-tls-verify=false", ...credentials];
  const child = spawn("skopeo", ["--insecure-policy", "copy", "--quiet", ...options, source, target], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`skopeo cannot push ${source}: ${said}`);
}

async function putIndex(body: Uint8Array, url: string): Promise<void> {
  const { status } = await fetch(url, { method: "PUT", body, headers: { "content-type": MEDIA.ociIndex } });
  if (status !== 201) throw new Error(`docker-registry does not take an index, but answers ${status}`);
}
