/** The machine that a CI gives to a job: a fresh checkout, and shells that run scripts in it. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { npxStandIn } from "../ci/npx-stand-in.ts";
import { plainEnvironment, ROOT } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";

/**
 * Not the engine is tested here. This knows `build -t NAME .`, which takes the image that the test has made, and
 * `save -o FILE NAME` of a name that was built.
 */
const DOCKER = `#!/bin/sh
case "$#$1$2" in
  4build-t) [ "$4" = . ] && [ -f Dockerfile ] && cp "$IMAGE_TO_BUILD" "$BUILT_IMAGES/$3" ;;
  4save-o) cp "$BUILT_IMAGES/$4" "$3" ;;
  *) exit 64 ;;
esac
`;

/** Knows one way to comment; `$POSTED_COMMENT` is where the comment is seen. */
const GH = `#!/bin/sh
[ -n "$GH_TOKEN" ] || exit 4
[ "$1 $2 $4 $6 $7" = "pr comment --body-file --edit-last --create-if-none" ] || exit 64
{ echo "#$3"; cat "$5"; } > "$POSTED_COMMENT"
`;

export interface Outcome {
  readonly code: number | null;
  readonly log: string;
}

export class Machine {
  /** The checkout. */
  readonly directory = temporaryPath();
  readonly #environment: NodeJS.ProcessEnv;

  /** @param image what `docker build` makes here @param files of the repository, by name @param npx see `npxStandIn` */
  constructor(image: Uint8Array, files: Readonly<Record<string, string>>, npx: "npm's" | "stand-in" = "stand-in") {
    const [tools, built, toBuild] = [temporaryPath(), temporaryPath(), temporaryPath()] as const;
    for (const directory of [tools, built, join(this.directory, "node_modules/.bin")]) {
      mkdirSync(directory, { recursive: true });
    }
    for (const [name, script] of Object.entries({ docker: DOCKER, gh: GH })) {
      writeFileSync(join(tools, name), script);
      chmodSync(join(tools, name), 0o755);
    }
    writeFileSync(toBuild, image);
    // As if it were installed: npx then takes this one, if its version is the one that is asked for.
    symlinkSync(join(ROOT, "packages/cli"), join(this.directory, "node_modules/layerscope"));
    symlinkSync("../layerscope/bin/layerscope.js", join(this.directory, "node_modules/.bin/layerscope"));
    for (const [name, text] of Object.entries({ "package.json": "{}", Dockerfile: "", ...files })) {
      writeFileSync(join(this.directory, name), text);
    }
    this.#environment = {
      PATH: [tools, ...(npx === "stand-in" ? [npxStandIn()] : []), process.env.PATH].join(delimiter),
      IMAGE_TO_BUILD: toBuild,
      BUILT_IMAGES: built,
      CI: "true",
      GITHUB_ACTIONS: "",
      // Nothing may be fetched.
      npm_config_offline: "true",
      npm_config_cache: temporaryPath(),
    };
  }

  /** Runs a script. @param shell the command that the script's file is appended to */
  run(shell: readonly [string, ...string[]], script: string, env: NodeJS.ProcessEnv = {}): Outcome {
    const file = temporaryPath();
    writeFileSync(file, script);
    const [command, ...args] = shell;
    const { status, stdout, stderr } = spawnSync(command, [...args, file], {
      cwd: this.directory,
      encoding: "utf8",
      env: plainEnvironment({ ...this.#environment, ...env }),
    });
    return { code: status, log: stdout + stderr };
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Takes a file, as a CI that uploads it. @throws Error where there is none, or nothing in it */
  take(name: string): Buffer {
    if (!this.has(name) || statSync(this.path(name)).size === 0) throw new Error(`there is no ${name} to upload`);
    return readFileSync(this.path(name));
  }

  /** Puts a file there, as a CI that downloads it. */
  put(name: string, content: Uint8Array): void {
    writeFileSync(this.path(name), content);
  }
}
