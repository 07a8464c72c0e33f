/** What package managers leave: each rule by an image, its improved build, and images that look like it. */
import { describe, expect, test } from "vitest";
import { file, hardlink, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { apkCache } from "../../src/advice/rules/apk-cache.ts";
import { aptArchives } from "../../src/advice/rules/apt-archives.ts";
import { aptLists } from "../../src/advice/rules/apt-lists.ts";
import { cargoCache } from "../../src/advice/rules/cargo-cache.ts";
import { composerCache } from "../../src/advice/rules/composer-cache.ts";
import { dnfCache } from "../../src/advice/rules/dnf-cache.ts";
import { dpkgBackups } from "../../src/advice/rules/dpkg-backups.ts";
import { gemCache } from "../../src/advice/rules/gem-cache.ts";
import { goCache } from "../../src/advice/rules/go-cache.ts";
import { LEAVINGS_RULES } from "../../src/advice/rules/leavings-rules.ts";
import { mavenGradleCache } from "../../src/advice/rules/maven-gradle-cache.ts";
import { npmCache } from "../../src/advice/rules/npm-cache.ts";
import { nugetCache } from "../../src/advice/rules/nuget-cache.ts";
import { pacmanCache } from "../../src/advice/rules/pacman-cache.ts";
import { pipCache } from "../../src/advice/rules/pip-cache.ts";
import { claimsOf, imageOf, step } from "./images.ts";
import { big, holdTo } from "./leftover-cases.ts";

holdTo({
  rule: aptLists,
  steps: [
    step("RUN apt-get update && apt-get install -y curl", big("var/lib/apt/lists/a_Packages.lz4"), big("usr/bin/curl")),
    step("RUN apt-get update", big("var/lib/apt/lists/b_Packages.lz4"), file("var/lib/apt/lists/lock")),
  ],
  gone: ["var/lib/apt/lists/a_Packages.lz4", "var/lib/apt/lists/b_Packages.lz4"],
  snippets: [
    "RUN apt-get update \\\n    && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*",
    "RUN apt-get update \\\n    && rm -rf /var/lib/apt/lists/*",
  ],
  spared: {
    "lists that a later layer removes": [
      [
        step("RUN apt-get update", big("var/lib/apt/lists/a")),
        step("RUN rm -rf /var/lib/apt/lists/*", whiteout("var/lib/apt/lists/a")),
      ],
    ],
    "almost nothing": [[step("RUN apt-get update", big("var/lib/apt/lists/a", 5000))]],
    "what apt has installed": [[step("RUN true", big("var/lib/apt/extended_states"), big("var/lib/dpkg/status"))]],
  },
});

holdTo({
  rule: aptArchives,
  steps: [
    step("RUN apt-get install -y curl", big("var/cache/apt/archives/curl.deb"), big("var/cache/apt/pkgcache.bin")),
  ],
  gone: ["var/cache/apt/archives/curl.deb", "var/cache/apt/pkgcache.bin"],
  snippets: ["&& apt-get clean"],
  spared: { "caches of others": [[step("RUN true", big("var/cache/fontconfig/a"))]] },
});

holdTo({
  rule: dpkgBackups,
  steps: [
    step(
      "RUN apt-get install -y curl",
      ...[big("var/lib/dpkg/status-old"), big("var/cache/debconf/templates.dat-old"), big("var/lib/dpkg/status")],
    ),
  ],
  gone: ["var/lib/dpkg/status-old", "var/cache/debconf/templates.dat-old"],
  snippets: ["&& rm -rf /var/cache/debconf/templates.dat-old /var/lib/dpkg/status-old"],
  spared: {
    "the databases themselves": [
      [step("RUN true", big("var/lib/dpkg/status"), big("var/cache/debconf/templates.dat"))],
    ],
    "few bytes of a base image": [[step("RUN true", big("var/lib/dpkg/status-old"))], { base: 1 }],
  },
});

holdTo({
  rule: apkCache,
  steps: [step("RUN apk update && apk add curl", big("var/cache/apk/APKINDEX.1.tar.gz"), big("lib/apk/db/installed"))],
  gone: ["var/cache/apk/APKINDEX.1.tar.gz"],
  snippets: ["&& rm -rf /var/cache/apk/*"],
  spared: { "the database": [[step("RUN true", big("lib/apk/db/installed"))]] },
});

holdTo({
  rule: dnfCache,
  steps: [
    step("RUN dnf install -y curl", big("var/cache/dnf/fedora.solv"), big("var/lib/dnf/history.sqlite")),
    step("RUN zypper in -y curl", big("var/cache/zypp/solv/x")),
  ],
  gone: ["var/cache/dnf/fedora.solv", "var/cache/zypp/solv/x"],
  snippets: ["&& rm -rf /var/cache/dnf/*", "&& rm -rf /var/cache/zypp/*"],
  spared: { "the history": [[step("RUN true", big("var/lib/dnf/history.sqlite"))]] },
});

holdTo({
  rule: pacmanCache,
  steps: [step("RUN pacman -Sy --noconfirm curl", big("var/cache/pacman/pkg/curl.pkg.tar.zst"))],
  gone: ["var/cache/pacman/pkg/curl.pkg.tar.zst"],
  spared: { "what is installed": [[step("RUN true", big("var/lib/pacman/local/curl/files"))]] },
});

holdTo({
  rule: npmCache,
  steps: [
    step(
      "RUN npm ci",
      big("root/.npm/_cacache/index-v5/a"),
      big("root/.npm/_logs/b.log"),
      big("app/node_modules/a/i.js"),
    ),
    step(
      "RUN yarn install",
      big("usr/local/share/.cache/yarn/v6/x/package.tgz"),
      big("home/node/.yarn/berry/cache/a.zip"),
    ),
    step(
      "RUN pnpm install",
      ...[big("root/.local/share/pnpm/store/v3/files/00/unused"), big("root/.local/share/pnpm/store/v3/files/00/used")],
      hardlink("app/node_modules/used/index.js", "root/.local/share/pnpm/store/v3/files/00/used"),
    ),
    step("COPY . .", big("app/.yarn/cache/a.zip"), big("root/.bun/install/cache/b@1/index.js")),
  ],
  gone: [
    ...["root/.npm/_cacache/index-v5/a", "root/.npm/_logs/b.log", "usr/local/share/.cache/yarn/v6/x/package.tgz"],
    ...["home/node/.yarn/berry/cache/a.zip", "root/.local/share/pnpm/store/v3/files/00/unused"],
    ...["app/.yarn/cache/a.zip", "root/.bun/install/cache/b@1/index.js"],
  ],
  snippets: [
    "RUN --mount=type=cache,target=/root/.npm npm ci",
    "target=/usr/local/share/.cache/yarn",
    "pnpm/store",
    undefined,
  ],
  spared: {
    "what npx runs": [[step("RUN npx serve", big("root/.npm/_npx/1/node_modules/serve/index.js"))]],
    "what Plug'n'Play runs from": [
      [step("COPY . .", big("app/.pnp.cjs"), big("app/.yarn/cache/a.zip"), big("root/.yarn/berry/cache/b.zip"))],
    ],
    "a cache of Yarn that nothing was made of yet": [[step("COPY . .", big("app/.yarn/cache/a.zip"))]],
    "a store that links lead into": [
      [
        step(
          "RUN pnpm install",
          big("root/.local/share/pnpm/store/v10/links/a/index.js"),
          symlink("app/node_modules/a", "/root/.local/share/pnpm/store/v10/links/a"),
        ),
      ],
    ],
    "browsers that were fetched to be run": [[step("RUN npm ci", big("root/.cache/ms-playwright/chromium/chrome"))]],
  },
});

holdTo({
  rule: pipCache,
  steps: [
    step(
      "RUN pip install flask",
      big("root/.cache/pip/http/a"),
      big("usr/local/lib/python3.12/site-packages/flask/a.py"),
    ),
    step("RUN uv sync", big("root/.cache/uv/archive-v0/a/b.py"), big("root/.cache/uv/wheels-v1/c")),
    step(
      "RUN poetry install",
      big("root/.cache/pypoetry/artifacts/a"),
      big("root/.cache/pypoetry/virtualenvs/e/bin/p"),
    ),
    step("RUN conda install x", big("opt/conda/pkgs/x.conda"), big("opt/conda/conda-meta/x.json")),
  ],
  gone: [
    ...["root/.cache/pip/http/a", "root/.cache/uv/archive-v0/a/b.py", "root/.cache/uv/wheels-v1/c"],
    ...["root/.cache/pypoetry/artifacts/a", "opt/conda/pkgs/x.conda"],
  ],
  snippets: ["RUN --mount=type=cache,target=/root/.cache/pip ", "--mount=type=cache,target=/root/.cache/uv "],
  spared: {
    "what links lead into": [
      [step("RUN uv sync", big("root/.cache/uv/archive-v0/a"))],
      { config: { Env: ["UV_LINK_MODE=symlink"] } },
    ],
    "a directory pkgs of anything": [[step("COPY . .", big("app/pkgs/a"))]],
  },
});

holdTo({
  rule: cargoCache,
  steps: [
    step(
      "RUN cargo build",
      big("usr/local/cargo/registry/src/a.rs"),
      big("root/.cargo/git/b"),
      big("usr/local/cargo/bin/x"),
    ),
  ],
  gone: ["usr/local/cargo/registry/src/a.rs", "root/.cargo/git/b"],
  snippets: ["type=cache,target=/usr/local/cargo/registry"],
  spared: {
    "an image that runs Cargo": [
      [step("RUN true", big("root/.cargo/registry/a"))],
      { config: { Cmd: ["cargo", "run"] } },
    ],
  },
});

holdTo({
  rule: goCache,
  steps: [step("RUN go build", big("go/pkg/mod/cache/a.zip"), big("root/.cache/go-build/00/a-d"), big("app"))],
  gone: ["go/pkg/mod/cache/a.zip", "root/.cache/go-build/00/a-d"],
  snippets: ["--mount=type=cache,target=/go/pkg/mod"],
  options: { config: { Cmd: ["/app"] } },
  spared: {
    "an image that runs go": [
      [step("RUN true", big("go/pkg/mod/a"))],
      { config: { Cmd: ["/bin/sh", "-c", "cd /app && go run ."] } },
    ],
    "the sources of an application": [[step("COPY . .", big("src/app/pkg/mod/a.go"))]],
  },
});

holdTo({
  rule: gemCache,
  steps: [
    step("RUN bundle install", big("usr/local/bundle/cache/a.gem"), big("usr/local/bundle/ruby/3.3.0/cache/b.gem")),
    step("RUN bundle install", big("app/vendor/bundle/ruby/3.3.0/cache/c.gem"), big("usr/local/bundle/gems/a/a.rb")),
  ],
  gone: [
    "usr/local/bundle/cache/a.gem",
    "usr/local/bundle/ruby/3.3.0/cache/b.gem",
    "app/vendor/bundle/ruby/3.3.0/cache/c.gem",
  ],
  snippets: ["&& rm -rf /usr/local/bundle/cache /usr/local/bundle/ruby/3.3.0/cache"],
  spared: { "archives that the application brings": [[step("COPY . .", big("app/vendor/cache/a.gem"))]] },
});

holdTo({
  rule: mavenGradleCache,
  steps: [
    step(
      "RUN mvn package",
      big("root/.m2/repository/a.jar"),
      big("root/.gradle/caches/b"),
      big("root/.m2/settings.xml"),
    ),
  ],
  gone: ["root/.m2/repository/a.jar", "root/.gradle/caches/b"],
  options: { config: { Entrypoint: ["java", "-jar", "/app.jar"] } },
  spared: {
    "an image that runs Maven": [
      [step("RUN true", big("root/.m2/repository/a"))],
      { config: { Cmd: ["./mvnw", "spring-boot:run"] } },
    ],
  },
});

holdTo({
  rule: composerCache,
  steps: [step("RUN composer install", big("root/.composer/cache/files/a.zip"), big("app/vendor/a/a.php"))],
  gone: ["root/.composer/cache/files/a.zip"],
  spared: { "what is installed": [[step("RUN true", big("root/.composer/vendor/a.php"))]] },
});

holdTo({
  rule: nugetCache,
  steps: [step("RUN dotnet publish", big("root/.nuget/packages/a/a.dll"), big("root/.local/share/NuGet/v3-cache/b"))],
  gone: ["root/.nuget/packages/a/a.dll", "root/.local/share/NuGet/v3-cache/b"],
  options: { config: { Entrypoint: ["dotnet", "app.dll"] } },
  spared: {
    "an image that runs from sources": [
      [step("RUN true", big("root/.nuget/packages/a"))],
      { config: { Cmd: ["dotnet", "run"] } },
    ],
    "an application that loads from there": [
      [step("RUN true", big("root/.nuget/packages/a"), file("app/a.runtimeconfig.dev.json", "{}"))],
    ],
  },
});

describe("all rules about leavings", () => {
  test("say nothing of a file that has another name elsewhere", async () => {
    const image = await imageOf(
      [step("RUN true", big("var/lib/apt/lists/a"), hardlink("srv/lists", "var/lib/apt/lists/a"))],
      { inspection: {} },
    );
    expect(claimsOf(image, ...LEAVINGS_RULES)).toEqual([]);
  });

  test("have no snippet for what the base image or a copy brought", async () => {
    const image = await imageOf(
      [step("RUN apt-get update", big("var/lib/apt/lists/a")), step("COPY a /", big("var/lib/apt/lists/b"))],
      { base: 1, inspection: {} },
    );
    expect(claimsOf(image, ...LEAVINGS_RULES).map(({ draft }) => draft.snippet)).toEqual([undefined, undefined]);
  });

  test("write no command with names that a shell would take for something else", async () => {
    const image = await imageOf(
      [step("RUN true", big("home/a;reboot/.cache/pip/a"), big("home/\u001b[31m/.cache/pip/b"))],
      {
        inspection: {},
      },
    );
    expect(claimsOf(image, pipCache).map(({ draft }) => draft.snippet)).toEqual([undefined]);
  });
});
