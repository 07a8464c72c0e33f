/** Lines of a Dockerfile: they do what the commands did, and are harmless and short whatever those are. */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BuildStep } from "../../src/advice/build-steps.ts";
import {
  dockerfileText,
  LONGEST_SNIPPET,
  mergeRuns,
  runAnd,
  snippetOf,
  withFlag,
  withMount,
} from "../../src/advice/snippet.ts";
import { parseCommand } from "../../src/model/build-command.ts";
import { splitShell } from "../../src/model/shell-pieces.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 100);

function stepOf(createdBy: string): BuildStep {
  const command = parseCommand(createdBy);
  const statements = command.keyword === "RUN" ? splitShell(command.body).map(({ text }) => text) : [];
  return { index: 0, layer: 0, command, statements, isOwn: true };
}

const run = (script: string): BuildStep => stepOf(`RUN /bin/sh -c ${script} # buildkit`);

/** What a shell gets of a `RUN` without flags, as Docker reads it. */
function scriptOf(text: string): string {
  const document = /^RUN <<(\w+)\n([\s\S]*)\n\1$/.exec(text);
  if (document) return document[2] as string;
  return text
    .slice(4)
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replaceAll("\\\n", "");
}

const output = (script: string): string => execFileSync("sh", ["-c", script], { encoding: "utf8" });

test.each([
  ["echo a && echo b", "RUN echo a \\\n    && echo b"],
  [
    "set -eux; \techo a;  echo b || true | cat",
    "RUN set -eux; \\\n    echo a; \\\n    echo b \\\n    || true \\\n    | cat",
  ],
  ["if true; then echo a; fi", "RUN if true; \\\n    then echo a; \\\n    fi"],
  ["echo 'a && b'", "RUN echo 'a && b'"],
  ["<<EOF\necho a\necho b\nEOF", "RUN <<EOF\nset -e\necho a\necho b\nEOF"],
])("a RUN is broken where the shell can be: %s", (script, text) => {
  expect(dockerfileText(run(script))).toBe(text);
});

test.each([
  "echo a && echo b; echo c || echo d | cat",
  "if true; then echo a; else echo b; fi && echo c",
  'for x in 1 2 3; do echo "$x"; done; echo end',
  'case "$(echo a)" in a) echo 1;; b) echo 2;; *) echo 3;; esac && echo end',
  "(cd / && pwd) && { echo a; echo b; }",
  "cat <<X && echo c\na\nb\nX\necho d",
  "echo \"a\nb\" 'c # d' # e",
  "x='a && b;c'; echo \"$x\" | tr a z",
  "echo a \\\n  && echo b",
])("what is written does what the command did: %s", (script) => {
  const wanted = output(script);
  expect(output(scriptOf(dockerfileText(run(script))))).toBe(wanted);
  expect(output(scriptOf(runAnd(run(script), "echo added")))).toBe(`${wanted}added\n`);
  expect(output(scriptOf(mergeRuns([run(script), run("echo x; echo y"), run(script)])))).toBe(
    `${wanted}x\ny\n${wanted}`,
  );
});

test("COPY and ADD stay as they are, with other flags where they are wanted", () => {
  expect(dockerfileText(stepOf("COPY --link . /app # buildkit"))).toBe("COPY --link . /app");
  expect(withFlag(stepOf("COPY --chown=1:1 --link a b/ # buildkit"), "--chown=2:2", "--chmod=755")).toBe(
    "COPY --link --chown=2:2 --chmod=755 a b/",
  );
  expect(dockerfileText(stepOf('COPY ["a b", "/c d/"]'))).toBe('COPY ["a b","/c d/"]');
  expect(dockerfileText(stepOf(`/bin/sh -c #(nop) ADD file:${"0".repeat(64)} in /opt/ `))).toBe(
    "# SOURCE: the history does not tell what was copied\nADD SOURCE /opt/",
  );
});

test("mounts come before the command, and are given once", () => {
  const install = stepOf("RUN --network=none --mount=type=cache,target=/a /bin/sh -c npm ci # buildkit");
  expect(withMount(install, "type=cache,target=/a", "type=cache,target=/root/.npm")).toBe(
    [
      "RUN --network=none \\",
      "    --mount=type=cache,target=/a \\",
      "    --mount=type=cache,target=/root/.npm \\",
      "    npm ci",
    ].join("\n"),
  );
  expect(withMount(run("npm ci"), "type=cache,target=/root/.npm")).toBe(
    "RUN --mount=type=cache,target=/root/.npm npm ci",
  );
});

test("build arguments are left out: they may be secrets", () => {
  expect(dockerfileText(stepOf("RUN |1 TOKEN=abc /bin/sh -c npm ci # buildkit"))).toBe("RUN npm ci");
});

test("what is cleaned already is not cleaned again", () => {
  const lists = "rm -rf /var/lib/apt/lists/*";
  for (const script of [`a && ${lists}`, "a && rm -rf /tmp/* /var/lib/apt/lists/*", `(a; ${lists})`]) {
    expect(runAnd(run(script), lists)).toBe(dockerfileText(run(script)));
  }
  expect(runAnd(run("a"), lists, lists)).toBe(`RUN a \\\n    && ${lists}`);
});

test("RUNs that become one fetch lists once, but again where packages come from elsewhere", () => {
  const lists = "rm -rf /var/lib/apt/lists/*";
  expect(
    mergeRuns([
      run(`apt-get update && apt-get install -y curl && ${lists}`),
      run(`apt-get update && apt-get install -y git && ${lists}`),
      run(`curl https://example.com/setup | bash - && apt-get update && apt-get install -y nodejs && ${lists}`),
    ]),
  ).toBe(
    [
      "RUN apt-get update \\",
      "    && apt-get install -y curl \\",
      "    && apt-get install -y git \\",
      "    && curl https://example.com/setup \\",
      "    | bash - \\",
      "    && apt-get update \\",
      "    && apt-get install -y nodejs \\",
      `    && ${lists}`,
    ].join("\n"),
  );
});

test("a long command loses its middle, and no line is too long", () => {
  const long = Array.from({ length: 500 }, (_, index) => `echo ${index}`).join(" && ");
  const text = runAnd(run(`${long} && echo ${"x".repeat(5000)}`), "rm -rf /tmp/*");
  expect(text.length).toBeLessThanOrEqual(LONGEST_SNIPPET);
  expect(text).toMatch(/^RUN echo 0 \\\n/);
  expect(text).toMatch(/\n {4}# … \d+ more lines\n/);
  expect(text).toMatch(/… \\\n {4}&& rm -rf \/tmp\/\*$/);
});

test("whatever a command is, its text is short and has no control characters", () => {
  const prefix = fc.constantFrom("RUN ", "RUN --mount=a ", "COPY ", "ADD --x ", "", "/bin/sh -c #(nop) COPY dir: in ");
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      "&&",
      ";",
      "|",
      "\n",
      "\\\n",
      "'",
      '"',
      "<<EOF\n",
      "EOF",
      "(",
      "rm -rf",
      "\u001b[2J",
      "\u009b",
      "x".repeat(900),
    ),
  );
  fc.assert(
    fc.property(prefix, fc.array(piece, { maxLength: 30 }), fc.array(piece, { maxLength: 30 }), (start, one, other) => {
      const steps = [stepOf(start + one.join(" ")), run(other.join(" "))] as const;
      for (const text of [
        dockerfileText(steps[0]),
        runAnd(steps[1], one.join(" ")),
        withFlag(steps[0], "--chown=1:1"),
        mergeRuns(steps, { statements: one, mounts: ["type=cache"], without: (statement) => statement === other[0] }),
        snippetOf(...one, ...other),
      ]) {
        expect(text.length).toBeLessThanOrEqual(LONGEST_SNIPPET);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }
    }),
    { numRuns: RUNS },
  );
});
