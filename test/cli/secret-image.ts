/** An image with a secret in every place that one can be in, none of which any output may have. */
import { dockerSaveNew, gzip, type ImageSpec } from "../../fixtures/build/image.ts";
import { dir, file, tar, whiteout } from "../../fixtures/build/tar.ts";
import { checkedToken, pemKey } from "../../packages/core/test/secrets/made-up.ts";

/** In a file that a later layer removes. */
export const FILE_TOKEN = checkedToken("ghp_", 11);
/** In a variable. */
export const VARIABLE = "Xk29vTq81LmZpW4r";
/** In a command of the history, and a build argument. */
export const COMMAND_TOKEN = checkedToken("ghp_", 12);
/** In a label. */
export const LABEL_TOKEN = checkedToken("npm_", 13);

const KEY = pemKey("RSA PRIVATE KEY");
/** A line of a private key in a file. */
export const KEY_LINE = KEY.split("\n")[3] ?? "";

/** What only files have is in no output at all. */
export const IN_FILES = [FILE_TOKEN, KEY_LINE];
/** What the configuration and the history have is part of the report, and in no other output. */
export const IN_CONFIGURATION = [VARIABLE, COMMAND_TOKEN, LABEL_TOKEN];

/** Whether a text has as much of a value as helps whoever wants it; masked ones are shorter. */
export function tells(text: string, value: string): boolean {
  return text.includes(value.slice(0, 10)) || text.includes(value.slice(-10));
}

const bytes = (count: number): Buffer => Buffer.alloc(count, "x");

function spec(): ImageSpec {
  return {
    layers: [
      tar([
        dir("etc"),
        file("etc/os-release", 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
        file("app/node_modules/left-pad/package.json", '{"name":"left-pad","version":"1.3.0","license":"WTFPL"}'),
        file("app/node_modules/left-pad/index.js", bytes(2000)),
        file("usr/bin/helper", bytes(100), { mode: 0o4755 }),
      ]),
      tar([file("var/lib/apt/lists/deb.example.org_dists_stable_main_binary-amd64_Packages", bytes(400_000))]),
      tar([file("root/.npmrc", `//npm.pkg.github.com/:_authToken=${FILE_TOKEN}\n`), file("app/big", bytes(90_000))]),
      tar([whiteout("root/.npmrc"), whiteout("app/big"), file("root/.ssh/id_rsa", KEY)]),
    ],
    history: [
      { created_by: "COPY . / # buildkit" },
      { created_by: "RUN /bin/sh -c apt-get update # buildkit" },
      {
        created_by: `RUN /bin/sh -c curl -H "Authorization: token ${COMMAND_TOKEN}" https://x.example -o /app/big # buildkit`,
      },
      { created_by: `|1 TOKEN=${COMMAND_TOKEN} /bin/sh -c rm /root/.npmrc /app/big && echo ${VARIABLE} | login` },
      { created_by: `ENV DB_PASSWORD=${VARIABLE}`, empty_layer: true },
    ],
    config: {
      Env: ["PATH=/usr/bin", `DB_PASSWORD=${VARIABLE}`],
      Labels: { "build.token": LABEL_TOKEN },
      Cmd: ["/usr/bin/helper", "--serve"],
    },
  };
}

export const PACKINGS = ["plain", "gzip", "zstd", "compressed archive"] as const;

/** The image, with its layers or the archive itself compressed. */
export function secretImage(packing: (typeof PACKINGS)[number] = "plain"): Buffer {
  const compression = packing === "gzip" || packing === "zstd" ? packing : "none";
  const archive = dockerSaveNew({ ...spec(), compression });
  return packing === "compressed archive" ? gzip(archive, { level: 1 }) : archive;
}
