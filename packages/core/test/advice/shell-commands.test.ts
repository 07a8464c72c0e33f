/** What the commands of a RUN are, and what they do. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isDownload,
  isRemoval,
  modeChange,
  ownerChange,
  removedPaths,
  systemEffect,
} from "../../src/advice/command-effects.ts";
import { dependencyInstall } from "../../src/advice/dependency-install.ts";
import { commandsIn, type ShellCommand, shellQuoted, shellWords } from "../../src/advice/shell-commands.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 100);

const texts = (statement: string) => commandsIn(statement).map(({ name, args }) => [name, ...args].join(" "));
const only = (statement: string): ShellCommand => {
  const [command, ...others] = commandsIn(statement);
  if (!command || others.length > 0) throw new Error(`${statement} is not one command`);
  return command;
};

test.each([
  ["/usr/bin/rm -rf /a", ["rm -rf /a"]],
  ["DEBIAN_FRONTEND=noninteractive sudo -E apt-get install a", ["apt-get install a"]],
  ["then apk add a", ["apk add a"]],
  ["(cd /a && rm b)", ["cd /a", "rm b"]],
  ["bash -lc 'npm ci && npm run \"a b\"'", ["npm ci", "npm run a b"]],
  ["<<EOF\napk add a\nrm b\nEOF", ["apk add a", "rm b"]],
  ["echo a >/dev/null 2>&1 b", ["echo a b"]],
  ['echo \'a b\'"c\\"d"e\\ f # g', ['echo a bc"de f']],
  ["# a comment", []],
  ["A=b", []],
])("the commands of %s", (statement, commands) => {
  expect(texts(statement)).toEqual(commands);
});

test("a quoted word is itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (word) => {
      expect(shellWords(`x ${shellQuoted(word)}`)).toEqual(["x", word]);
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ["apt-get -y -o Dpkg::Options::=--force-confold install --no-install-recommends a b", "apt", "install", ["a", "b"]],
  ["apt update", "apt", "refresh", []],
  ["apt-get purge -y a", "apt", "other", []],
  ["dpkg -i /tmp/a.deb", "apt", "install", ["/tmp/a.deb"]],
  ["apk --no-cache add --virtual .deps gcc", "apk", "install", ["gcc"]],
  ["microdnf install -y a", "dnf", "install", ["a"]],
  ["yum clean all", "dnf", "clean", []],
  ["zypper --non-interactive in a", "zypper", "install", ["a"]],
  ["pacman -Syu --noconfirm a", "pacman", "install", ["a"]],
  ["pacman -Sy", "pacman", "refresh", []],
])("%s does to packages what it does", (statement, manager, kind, packages) => {
  expect(systemEffect(only(statement))).toEqual({ manager, kind, packages });
});

test("downloads, removals and changes are told from others", () => {
  for (const one of ["curl -O a", "git clone a", "git -C /a pull"]) expect(isDownload(only(one))).toBe(true);
  for (const one of ["git commit", "cat curl", "apt-get update"]) expect(isDownload(only(one))).toBe(false);
  for (const one of ["rm a", "apt-get clean", "apk del a", "npm cache clean --force"]) {
    expect(isRemoval(only(one))).toBe(true);
  }
  for (const one of ["ls", "apt-get install a", "npm ci", "find / -name a"]) expect(isRemoval(only(one))).toBe(false);
  expect(removedPaths(only("find /a /b -name '*.pyc' -delete"))).toEqual(["/a", "/b"]);
  expect(ownerChange(only("chown -R node:node /a b"))).toEqual({ what: "node:node", paths: ["/a", "b"] });
  expect(ownerChange(only("chown --reference=/x /a"))).toBeUndefined();
  expect(modeChange(only("chmod -R -x /a"))).toEqual({ what: "-x", paths: ["/a"] });
});

test("an install of what a manifest asks for is told from one of what is named", () => {
  for (const one of ["npm ci", "yarn", "uv sync --frozen", "pip3 install -r a/b.txt", "npm --prefix web install"]) {
    expect(dependencyInstall(only(one))).toBeDefined();
  }
  for (const one of [
    ...["npm i left-pad", "npm run build", "yarn --version", "pip install flask", "pip install -e .", "npm i -g npm"],
    ...["go install example.com/a@v1", "composer --version", "mvn --version", "bundle exec rake"],
  ]) {
    expect(dependencyInstall(only(one))).toBeUndefined();
  }
});

test("nothing is too odd to be read", () => {
  const piece = fc.constantFrom("(", ")", "'", '"', "\\", "sh -c ", "<<A\n", "\nA", "`", "$(", "a", " ", ";", ">", "&");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      for (const command of commandsIn(pieces.join(""))) {
        systemEffect(command);
        isRemoval(command);
        ownerChange(command);
        modeChange(command);
        dependencyInstall(command);
      }
    }),
    { numRuns: RUNS },
  );
});
