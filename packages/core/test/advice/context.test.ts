/** What .dockerignore should have kept out: each rule by an image, its improved build, and images that look like it. */
import { describe, expect, test } from "vitest";
import { file } from "../../../../fixtures/build/tar.ts";
import { CONTEXT_RULES } from "../../src/advice/rules/context-rules.ts";
import { copiedBuildFiles } from "../../src/advice/rules/copied-build-files.ts";
import { copiedBytecode } from "../../src/advice/rules/copied-bytecode.ts";
import { copiedCoverage } from "../../src/advice/rules/copied-coverage.ts";
import { copiedDesktopFiles } from "../../src/advice/rules/copied-desktop-files.ts";
import { copiedEditorFiles } from "../../src/advice/rules/copied-editor-files.ts";
import { copiedEnvironmentFiles } from "../../src/advice/rules/copied-environment-files.ts";
import { copiedLogs } from "../../src/advice/rules/copied-logs.ts";
import { copiedNodeModules } from "../../src/advice/rules/copied-node-modules.ts";
import { copiedTerraform } from "../../src/advice/rules/copied-terraform.ts";
import { copiedVersionControl } from "../../src/advice/rules/copied-version-control.ts";
import { copiedVirtualEnvironment } from "../../src/advice/rules/copied-virtual-environment.ts";
import { gitDirectory } from "../../src/advice/rules/git-directory.ts";
import { claimsOf, imageOf, step } from "./images.ts";
import { big, holdTo } from "./leftover-cases.ts";

const HIDDEN = `/bin/sh -c #(nop) COPY dir:${"0".repeat(64)} in /app `;

holdTo({
  rule: copiedVersionControl,
  steps: [
    step("COPY . .", big("app/.git/objects/pack/a.pack"), file("app/.gitignore", "x"), big("app/a.js")),
    step(HIDDEN, big("app/sub/.hg/store/b")),
  ],
  gone: ["app/.git/objects/pack/a.pack", "app/sub/.hg/store/b"],
  snippets: ["# .dockerignore\n**/.git\n# Dockerfile, as it is\nCOPY . .", "# .dockerignore\n**/.hg\n"],
  spared: {
    "what a RUN cloned": [[step("RUN git clone https://example.com/a", big("a/.git/objects/b"))]],
    "what the base image has": [[step("COPY . .", big("app/.git/objects/b"))], { base: 1 }],
    "what another stage gave": [[step("COPY --from=build /app /app", big("app/.git/objects/b"))]],
  },
});

holdTo({
  rule: copiedEnvironmentFiles,
  steps: [
    step("COPY . .", file("app/.env", "A=1"), file("app/.env.local", "B=2"), file("app/.env.example", "A=")),
    step("COPY src /app/src", file("app/src/.env", "C=3")),
  ],
  gone: ["app/.env", "app/.env.local", "app/src/.env"],
  snippets: ["# .dockerignore\n**/.env\n**/.env.*\n!**/.env.example\n", "# .dockerignore\n**/.env\n# Dockerfile"],
  spared: {
    "examples, and those of packages": [
      [step("COPY . .", file("app/.env.sample", "A="), file("app/node_modules/a/.env", "A=1"))],
    ],
    "what a RUN writes": [[step("RUN echo A=1 > /app/.env", file("app/.env", "A=1"))]],
    "a virtual environment": [[step("COPY . .", big("app/.env/bin/python"))]],
  },
});

holdTo({
  rule: copiedDesktopFiles,
  steps: [
    step(
      "COPY . .",
      file("app/.DS_Store", "x"),
      file("app/img/Thumbs.db", "yy"),
      file("app/._a.js", "z"),
      big("app/a.js"),
    ),
  ],
  gone: ["app/.DS_Store", "app/img/Thumbs.db", "app/._a.js"],
  snippets: ["# .dockerignore\n**/.DS_Store\n**/._*\n**/Thumbs.db\n# Dockerfile, as it is\nCOPY . ."],
  spared: { "names that only look like it": [[step("COPY . .", file("app/DS_Store", "x"))]] },
});

holdTo({
  rule: copiedEditorFiles,
  steps: [step("COPY . .", file("app/.idea/workspace.xml", "x"), file("app/.a.js.swp", "y"), big("app/a.js"))],
  gone: ["app/.idea/workspace.xml", "app/.a.js.swp"],
  snippets: ["**/.idea\n**/.*.swp\n"],
  spared: { "those of packages": [[step("COPY . .", file("app/node_modules/a/.vscode/settings.json", "{}"))]] },
});

holdTo({
  rule: copiedCoverage,
  steps: [step("COPY . .", big("app/coverage/lcov.info"), big("app/coverage/a.html"), big("app/.nyc_output/b.json"))],
  gone: ["app/coverage/lcov.info", "app/coverage/a.html", "app/.nyc_output/b.json"],
  snippets: ["**/coverage\n**/.nyc_output\n"],
  spared: { "a directory that is only called so": [[step("COPY . .", big("app/coverage/index.js"))]] },
});

holdTo({
  rule: copiedLogs,
  steps: [step("COPY . .", file("app/npm-debug.log", "x"), file("app/logs/a.log", "y"), big("app/a.js"))],
  gone: ["app/npm-debug.log", "app/logs/a.log"],
  snippets: ["# .dockerignore\n**/*.log\n"],
  spared: { "a directory with such a name": [[step("COPY . .", big("app/change.log/a"))]] },
});

holdTo({
  rule: copiedTerraform,
  steps: [
    step(
      "COPY . .",
      big("infra/.terraform/providers/a"),
      file("infra/terraform.tfstate", "{}"),
      file("infra/a.tf", "x"),
    ),
  ],
  gone: ["infra/.terraform/providers/a", "infra/terraform.tfstate"],
  spared: { "the sources": [[step("COPY . .", file("infra/a.tf", "x"), file("infra/.terraform.lock.hcl", "x"))]] },
});

holdTo({
  rule: copiedBytecode,
  steps: [step("COPY . .", big("app/__pycache__/a.cpython-312.pyc"), big("app/a.py"))],
  gone: ["app/__pycache__/a.cpython-312.pyc"],
  snippets: ["**/__pycache__"],
  spared: {
    "what may come from another stage": [[step("COPY /venv /venv", big("venv/__pycache__/a.pyc"))]],
    "what a RUN compiled": [[step("RUN python -m compileall /app", big("app/__pycache__/a.pyc"))]],
  },
});

holdTo({
  rule: copiedBuildFiles,
  steps: [
    step("COPY . .", file("app/Dockerfile", "FROM a"), file("app/.dockerignore", "x"), file("app/.github/b.yml", "y")),
  ],
  gone: ["app/Dockerfile", "app/.dockerignore", "app/.github/b.yml"],
  snippets: ["**/Dockerfile\n**/.dockerignore\n**/.github\n"],
  spared: {
    "one of them alone": [[step("COPY . .", file("app/Dockerfile", "FROM a"))]],
    "those of packages": [
      [step("COPY . .", file("app/vendor/a/Dockerfile", "x"), file("app/vendor/a/.gitignore", "x"))],
    ],
  },
});

holdTo({
  rule: copiedNodeModules,
  steps: [
    step("RUN npm ci", big("app/node_modules/a/i.js")),
    step("COPY . .", big("app/node_modules/b/i.js"), big("app/a.js")),
    step(HIDDEN, big("app/node_modules/c/node_modules/d/i.js")),
  ],
  gone: ["app/node_modules/b/i.js", "app/node_modules/c/node_modules/d/i.js"],
  snippets: ["# .dockerignore\n**/node_modules\n# Dockerfile, as it is\nCOPY . .", "**/node_modules"],
  spared: {
    "packages of another stage": [
      [
        step("RUN npm ci", big("x/a")),
        step("COPY /app/node_modules /app/node_modules", big("app/node_modules/a/i.js")),
      ],
    ],
    "what the classic builder copied from somewhere": [[step(HIDDEN, big("app/node_modules/a/i.js"))]],
    "what was installed": [[step("RUN npm ci", big("app/node_modules/a/i.js")), step("COPY . .", big("app/a.js"))]],
  },
});

holdTo({
  rule: copiedVirtualEnvironment,
  steps: [
    step("RUN pip install -r requirements.txt", big("usr/lib/python3/site-packages/a.py")),
    step("COPY . .", big("app/.venv/lib/a.py"), file("app/.venv/pyvenv.cfg", "home = /usr/bin"), big("app/a.py")),
  ],
  gone: ["app/.venv/lib/a.py", "app/.venv/pyvenv.cfg"],
  snippets: ["# .dockerignore\n**/.venv\n"],
  spared: {
    "an environment of another stage": [
      [
        step("RUN pip install a", big("x")),
        step("COPY /opt/venv /opt/venv", big("opt/venv/a"), file("opt/venv/pyvenv.cfg", "x")),
      ],
    ],
    "a directory that is only called so": [
      [step("RUN pip install a", big("x")), step("COPY . .", big("app/env/a.py"))],
    ],
  },
});

describe("packages that were copied", () => {
  const say = async (...steps: Parameters<typeof imageOf>[0]) =>
    claimsOf(await imageOf(steps, { inspection: {} }), copiedNodeModules);

  test("are no bytes to be saved where nothing else brings them", async () => {
    const [claim, ...others] = await say(step("COPY . .", big("app/node_modules/a/i.js")));
    expect(others).toEqual([]);
    expect(claim).toMatchObject({ bytes: 0, draft: { layers: [0] } });
    expect(claim?.draft.paths).toHaveLength(1);
  });

  test("are no bytes to be saved where they replace installed ones: those are the wasted ones", async () => {
    const [claim] = await say(
      step("RUN npm ci", big("app/node_modules/a/i.js")),
      step("COPY . .", big("app/node_modules/a/i.js")),
    );
    expect(claim).toMatchObject({ bytes: 0, draft: { layers: [1] } });
  });
});

test("what was copied counts before what is the same without copying", async () => {
  const image = await imageOf([step("COPY . .", big("app/.git/a"))], { inspection: {} });
  expect(claimsOf(image, ...CONTEXT_RULES, gitDirectory).map(({ id }) => id)).toEqual([copiedVersionControl.id]);
});

test("names with anything in them only come into the sentence, not into .dockerignore", async () => {
  const image = await imageOf([step("COPY . .", file("a\n!b\u001b[31m/.DS_Store", "x"))], { inspection: {} });
  const [claim] = claimsOf(image, copiedDesktopFiles);
  expect(claim?.draft.snippet).toBe("# .dockerignore\n**/.DS_Store\n# Dockerfile, as it is\nCOPY . .");
});
