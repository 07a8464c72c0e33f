/** Build commands, as one wants to read them. */

import { dockerfileCommand, parseCommand, shortCommand } from "@layerscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandLines } from "../../../src/tui/view-model/command-lines.ts";

const laidOut = (createdBy: string): string[] =>
  commandLines(createdBy).map(({ text, indent }) => "  ".repeat(indent) + text);

const run = (script: string): string => `RUN /bin/sh -c ${script} # buildkit`;

describe("what builders write down", () => {
  test.each([
    ["/bin/sh -c apt-get update", "RUN apt-get update"],
    ["RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"],
    ["RUN /bin/bash -o pipefail -c curl x | sh # buildkit", "RUN curl x | sh"],
    ["|1 A=b /bin/sh -c make", "RUN make"],
    ["RUN |2 A=b c D=e /bin/bash -euxo pipefail -c make # buildkit", "RUN make"],
    ["RUN |1 A=b /usr/bin/make all # buildkit", "RUN /usr/bin/make all"],
    ["RUN --mount=type=cache,target=/x pip install .", "RUN --mount=type=cache,target=/x pip install ."],
    ['/bin/sh -c #(nop)  CMD ["nginx" "-g" "daemon off;"]', 'CMD ["nginx" "-g" "daemon off;"]'],
    ["COPY --chown=a:b . /app # buildkit", "COPY --chown=a:b . /app"],
    ["cmd /S /C dir", "RUN dir"],
    ["bazel build //app:image", "bazel build //app:image"],
    ["", ""],
  ])("%s is %s", (createdBy, command) => {
    expect(dockerfileCommand(createdBy)).toBe(command);
  });

  test("has the build arguments apart, blanks in their values and all", () => {
    expect(parseCommand("RUN |2 A=b c D=e /bin/sh -c make # buildkit")).toEqual({
      keyword: "RUN",
      flags: "",
      buildArguments: "A=b c D=e",
      body: "make",
    });
  });
});

describe("a command in short", () => {
  const hash = "e7e183879c35719c18aa7f733651029fbcc55f5d8c22a877ae199b389425789e";
  test.each([
    [run("set -eux; \t apt-get update;  ls"), "RUN apt-get update; ls"],
    [run("set -o pipefail && set -x && make"), "RUN make"],
    [run("set -e\nmake\nmake install"), "RUN make; make install"],
    [run("set -- a b; echo"), "RUN set -- a b; echo"],
    ["RUN --mount=type=cache,target=/x pip install .", "RUN pip install ."],
    [`/bin/sh -c #(nop) COPY file:${hash} in / `, "COPY file in /"],
    [`/bin/sh -c #(nop) ADD multi:${hash} in /app/ `, "ADD multi in /app/"],
    ["WORKDIR /app", "WORKDIR /app"],
  ])("of %j is %s", (createdBy, command) => {
    expect(shortCommand(createdBy)).toBe(command);
  });
});

describe("a command in lines", () => {
  test.each<[string, string, string[]]>([
    ["breaks where the shell goes on", run("a && b || c; d | e"), ["RUN a", "  && b", "  || c;", "  d", "    | e"]],
    ["not in quotes", run(`a ';' "; && |" \`b; c\` && d`), [`RUN a ';' "; && |" \`b; c\``, "  && d"]],
    ["nor in quotes within quotes", run(`a "$(b "; c" | d; e)" ; f`), [`RUN a "$(b "; c" | d; e)";`, "  f"]],
    ["nor in parentheses", run("(a; (b && c) | d) && e"), ["RUN (a; (b && c) | d)", "  && e"]],
    ["nor in expansions", run(`a=\${b:-c;d}; e`), [`RUN a=\${b:-c;d};`, "  e"]],
    ["nor after a backslash", run("find -exec rm {} \\; -print; a"), ["RUN find -exec rm {} \\; -print;", "  a"]],
    ["nor at what only looks like a pipe", run("a >| b & c 2>&1"), ["RUN a >| b & c 2>&1"]],
    ["takes a comment for one", run("a # don't; b\nc"), ["RUN a # don't; b", "  c"]],
    ["joins lines that a backslash joins", run("a \\\n   && b \\\n c"), ["RUN a", "  && b c"]],
    [
      "gives the branches of an if their own lines",
      run("if [ -f a ]; then b; elif c; then d; else e; fi; f"),
      ["RUN if [ -f a ]; then", "    b;", "  elif c; then", "    d;", "  else", "    e;", "  fi;", "  f"],
    ],
    [
      "and loops and groups theirs",
      run("for i in a b; do c; done && { d; e; }"),
      ["RUN for i in a b; do", "    c;", "  done", "  && {", "    d;", "    e;", "  }"],
    ],
    [
      "has one line for each pattern of a case",
      run(`case "$(uname -m)" in 'a;b') c; d ;; e|f) g && h;; *) exit 1 ;; esac; i`),
      [`RUN case "$(uname -m)" in`, "    'a;b') c; d ;;", "    e|f) g && h ;;", "    *) exit 1 ;;", "  esac;", "  i"],
    ],
    [
      "sees a case in parentheses",
      run("a=$(case b in c) d;; e) f;; esac); g"),
      ["RUN a=$(case b in c) d;; e) f;; esac);", "  g"],
    ],
    [
      "keeps here-documents as they are",
      run('python3 <<EOF && a\nif x:\n\tprint("a; b")\nEOF\nb; c'),
      ["RUN python3 <<EOF", "  && a", "  if x:", '    print("a; b")', "  EOF", "  b;", "  c"],
    ],
    ["is no here-document without an end", run("a <<EOF; b\nc"), ["RUN a <<EOF;", "  b", "  c"]],
    [
      "is no here-document where numbers are shifted",
      run("a=$((1<<2)); cat <<<b; c"),
      ["RUN a=$((1<<2));", "  cat <<<b;", "  c"],
    ],
    ["leaves other instructions alone", 'CMD ["a" "b; c && d"]', ['CMD ["a" "b; c && d"]']],
    ["keeps the lines of a COPY", "COPY <<EOF /x # buildkit", ["COPY <<EOF /x"]],
    ["leaves what it does not know alone", "bazel build; x", ["bazel build; x"]],
    ["is nothing for nothing", "", [""]],
  ])("%s", (_, createdBy, lines) => {
    expect(laidOut(createdBy)).toEqual(lines);
  });

  test("loses nothing but blanks", () => {
    const word = fc.constantFrom(
      "a",
      "&&",
      "||",
      ";",
      "|",
      "(",
      ")",
      "if",
      "then",
      "fi",
      "case",
      "in",
      "x)",
      ";;",
      "esac",
      "'",
      '"',
      "{",
      "}",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const script = words.join(" ");
        const bare = (text: string): string => text.replace(/\s/g, "");
        // Operators with nothing to join are the only thing that may go.
        const letters = (text: string): string => bare(text).replace(/[;&|]/g, "");
        expect(letters(laidOut(`RUN ${script}`).join(""))).toBe(letters(`RUN${script}`));
      }),
    );
  });

  test.each(["a && ", "(", "$(", "<<a\n", "case x in ", '"', "|1 A=b ", "/bin/sh -o ", "\\", "; ", "{ ", "#"])(
    // Work that grows faster than the text would run into the time limit of tests.
    "is made of a long %j",
    (unit) => {
      const script = unit.repeat(100_000 / unit.length);
      for (const createdBy of [run(script), script, `RUN |1 ${script}`]) {
        expect(commandLines(createdBy).length).toBeGreaterThan(0);
        expect(shortCommand(createdBy).length).toBeLessThanOrEqual(createdBy.length);
        expect(dockerfileCommand(createdBy).length).toBeLessThanOrEqual(createdBy.length);
      }
    },
  );

  test("is cut where nobody reads on, and says so", () => {
    const lines = laidOut(run("x".repeat(100_123)));
    expect(lines.at(-1)).toBe("… and 123 more characters");
  });
});
