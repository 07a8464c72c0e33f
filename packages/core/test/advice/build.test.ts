/** What only building needs: each rule by an image, its improved build, and images that look like it. */
import { describe, expect, test } from "vitest";
import { file, hardlink, type Member, symlink } from "../../../../fixtures/build/tar.ts";
import { buildOutput } from "../../src/advice/rules/build-output.ts";
import { BUILD_RULES } from "../../src/advice/rules/build-rules.ts";
import { isBuildTool, isDevelopmentPackage } from "../../src/advice/rules/build-tools.ts";
import { compilersAndBuildTools } from "../../src/advice/rules/compilers-and-build-tools.ts";
import { coreDumps } from "../../src/advice/rules/core-dumps.ts";
import { debugSymbols } from "../../src/advice/rules/debug-symbols.ts";
import { devDependencies } from "../../src/advice/rules/dev-dependencies.ts";
import { developmentPackages } from "../../src/advice/rules/development-packages.ts";
import { documentation } from "../../src/advice/rules/documentation.ts";
import { gitDirectory } from "../../src/advice/rules/git-directory.ts";
import { headers } from "../../src/advice/rules/headers.ts";
import { javaDevelopmentKit } from "../../src/advice/rules/java-development-kit.ts";
import { locales } from "../../src/advice/rules/locales.ts";
import { logs } from "../../src/advice/rules/logs.ts";
import { manPages } from "../../src/advice/rules/man-pages.ts";
import { packageTests } from "../../src/advice/rules/package-tests.ts";
import { pythonBytecode } from "../../src/advice/rules/python-bytecode.ts";
import { sourceMaps } from "../../src/advice/rules/source-maps.ts";
import { staticLibraries } from "../../src/advice/rules/static-libraries.ts";
import { temporaryFiles } from "../../src/advice/rules/temporary-files.ts";
import { toolchains } from "../../src/advice/rules/toolchains.ts";
import { typeDeclarations } from "../../src/advice/rules/type-declarations.ts";
import { unpackedArchives } from "../../src/advice/rules/unpacked-archives.ts";
import type { InstalledPackage } from "../../src/packages/package.ts";
import { adviceOn, claimsOf, imageOf, step } from "./images.ts";
import { big, holdTo } from "./leftover-cases.ts";

const LARGE = 1_200_000;

/** The database of dpkg with some packages and the files of each. */
function dpkg(packages: Readonly<Record<string, readonly string[]>>): Member[] {
  const stanzas = Object.keys(packages).map(
    (name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n`,
  );
  const lists = Object.entries(packages).map(([name, paths]) =>
    file(`var/lib/dpkg/info/${name}.list`, paths.map((path) => `/${path}\n`).join("")),
  );
  return [file("var/lib/dpkg/status", stanzas.join("\n")), ...lists];
}

const INSTALL = "RUN apt-get update && apt-get install -y gcc libpq-dev && make && rm -rf /var/lib/apt/lists/*";
const COMPILER = dpkg({
  "gcc-12": ["usr/bin/gcc-12", "usr/share/doc/gcc-12/README"],
  "gcc-12-base": ["usr/share/gcc/base"],
  libgcc1: ["usr/lib/libgcc_s.so"],
  "libpq-dev": ["usr/include/pq.h"],
});
const COMPILER_FILES = [
  ...[big("usr/bin/gcc-12"), big("usr/share/doc/gcc-12/README"), big("usr/share/gcc/base"), big("usr/lib/libgcc_s.so")],
  big("usr/include/pq.h"),
];

holdTo({
  rule: compilersAndBuildTools,
  looks: true,
  steps: [step(INSTALL, ...COMPILER, ...COMPILER_FILES)],
  gone: ["usr/bin/gcc-12", "usr/share/doc/gcc-12/README"],
  snippets: ["&& apt-get purge -y gcc-12"],
  spared: {
    "an image that runs the compiler": [[step(INSTALL, ...COMPILER, ...COMPILER_FILES)], { config: { Cmd: ["gcc"] } }],
    "few bytes of a base image": [[step(INSTALL, ...COMPILER, ...COMPILER_FILES)], { base: 1 }],
    "a program of that name that no package brought": [[step("COPY gcc /usr/bin/", big("usr/bin/gcc-12"))]],
  },
});

holdTo({
  rule: developmentPackages,
  looks: true,
  steps: [step(INSTALL, ...COMPILER, ...COMPILER_FILES)],
  gone: ["usr/include/pq.h"],
  snippets: ["&& apt-get purge -y libpq-dev"],
  spared: {
    libraries: [[step(INSTALL, ...dpkg({ libpq5: ["usr/lib/libpq.so.5"] }), big("usr/lib/libpq.so.5"))]],
  },
});

test.each<[InstalledPackage["type"], string, boolean, boolean]>([
  ...(
    ["gcc", "gcc-12", "g++-12-x86-64-linux-gnu", "cpp", "clang-14", "llvm-14-tools", "binutils", "make"] as const
  ).map((name): [InstalledPackage["type"], string, boolean, boolean] => ["deb", name, true, false]),
  ...(["golang-1.19-go", "openjdk-17-jdk-headless", "binutils-x86-64-linux-gnu", "debhelper"] as const).map(
    (name): [InstalledPackage["type"], string, boolean, boolean] => ["deb", name, true, false],
  ),
  ...(["gcc-12-base", "libgcc-s1", "libllvm14", "openjdk-17-jre-headless", "perl", "git", "libstdc++6"] as const).map(
    (name): [InstalledPackage["type"], string, boolean, boolean] => ["deb", name, false, false],
  ),
  ["deb", "libc6-dev", false, true],
  ["deb", "libstdc++-12-dev", false, true],
  ["apk", "musl-dev", false, true],
  ["apk", "build-base", true, false],
  ["apk", "openjdk17-jdk", true, false],
  ["apk", "clang17", true, false],
  ["rpm", "gcc-c++", true, false],
  ["rpm", "glibc-devel", false, true],
  ["rpm", "kernel-headers", false, true],
  ["npm", "make", false, false],
  ["pypi", "cmake", false, false],
])("%s %s is a build tool: %s, is for developing: %s", (type, name, isTool, isDevelopment) => {
  const installed = { type, name } as InstalledPackage;
  expect([isBuildTool(installed), isDevelopmentPackage(installed)]).toEqual([isTool, isDevelopment]);
});

holdTo({
  rule: toolchains,
  steps: [
    step("RUN install-go", big("usr/local/go/pkg/tool/compile", LARGE), big("usr/local/go/src/a.go")),
    step("RUN install-rust", big("usr/local/rustup/toolchains/stable/rustc"), big("usr/local/cargo/bin/rustup")),
  ],
  gone: [
    ...["usr/local/go/pkg/tool/compile", "usr/local/go/src/a.go"],
    ...["usr/local/rustup/toolchains/stable/rustc", "usr/local/cargo/bin/rustup"],
  ],
  spared: {
    "an image that runs go": [
      [step("RUN a", big("usr/local/go/pkg/tool/compile"))],
      { config: { Cmd: ["go", "test"] } },
    ],
    "a directory that is only called so": [[step("COPY . .", big("usr/local/go/a"))]],
    "programs that cargo installed": [[step("RUN cargo install x", big("usr/local/cargo/bin/x"))]],
    "a runtime of .NET": [[step("RUN a", big("usr/share/dotnet/shared/a.dll"))]],
  },
});

holdTo({
  rule: javaDevelopmentKit,
  steps: [
    step(
      "RUN install-java",
      ...[
        big("opt/java/openjdk/bin/javac"),
        big("opt/java/openjdk/jmods/java.base.jmod"),
        big("opt/java/openjdk/lib/modules"),
      ],
      big("opt/java/openjdk/lib/src.zip"),
    ),
  ],
  gone: ["opt/java/openjdk/jmods/java.base.jmod", "opt/java/openjdk/lib/src.zip"],
  spared: { "a JRE": [[step("RUN a", big("opt/java/openjdk/bin/java"), big("opt/java/openjdk/lib/src.zip"))]] },
});

holdTo({
  rule: gitDirectory,
  steps: [step("RUN git clone https://example.com/a.git /opt/a", big("opt/a/.git/objects/b"), big("opt/a/c"))],
  gone: ["opt/a/.git/objects/b"],
  snippets: ["&& rm -rf /opt/a/.git"],
  spared: { "a file .gitignore": [[step("RUN a", big("opt/a/.gitignore"))]] },
});

const MANIFEST = JSON.stringify({
  name: "app",
  version: "1.0.0",
  dependencies: { a: "1" },
  devDependencies: { jest: "29" },
});
const PACKAGES: Member[] = [
  file("app/package.json", MANIFEST),
  file("app/node_modules/a/package.json", JSON.stringify({ name: "a", version: "1.0.0" })),
  big("app/node_modules/a/index.js"),
  file("app/node_modules/jest/package.json", JSON.stringify({ name: "jest", version: "29.0.0" })),
  big("app/node_modules/jest/index.js"),
];

holdTo({
  rule: devDependencies,
  looks: true,
  steps: [step("RUN npm ci", ...PACKAGES)],
  gone: ["app/node_modules/jest/package.json", "app/node_modules/jest/index.js"],
  snippets: ["RUN npm ci --omit=dev"],
  options: { config: { Cmd: ["node", "index.js"] } },
  spared: {
    "an image that runs one of them": [[step("RUN npm ci", ...PACKAGES)], { config: { Cmd: ["npx", "jest"] } }],
    "an image that runs a script to develop": [
      [step("RUN npm ci", ...PACKAGES)],
      { config: { Cmd: ["npm", "run", "dev"] } },
    ],
  },
});

test("where something is built after installing, development dependencies are removed behind it", async () => {
  const image = await imageOf([step("RUN npm ci && npm run build", ...PACKAGES)]);
  const [claim] = claimsOf(image, devDependencies);
  expect(claim?.draft.snippet).toBe("RUN npm ci \\\n    && npm run build \\\n    && npm prune --omit=dev");
});

test("of Composer they are left out where they are installed", async () => {
  const installed = JSON.stringify({
    packages: [
      { name: "v/a", version: "1.0.0", "install-path": "../v/a" },
      { name: "v/test", version: "2.0.0", "install-path": "../v/test" },
    ],
    "dev-package-names": ["v/test"],
  });
  const image = await imageOf([
    step(
      "RUN composer install",
      ...[
        file("app/vendor/composer/installed.json", installed),
        big("app/vendor/v/a/a.php"),
        big("app/vendor/v/test/t.php"),
      ],
    ),
  ]);
  const [claim, ...others] = claimsOf(image, devDependencies);
  expect(others).toEqual([]);
  expect(claim?.paths).toEqual(["app/vendor/v/test/t.php"]);
  expect(claim?.draft.snippet).toBe("RUN composer install --no-dev");
});

holdTo({
  rule: headers,
  looks: true,
  steps: [step("RUN make install", big("usr/local/include/a.h"), big("usr/local/lib/liba.so"))],
  gone: ["usr/local/include/a.h"],
  spared: {
    "headers of packages": [[step(INSTALL, ...dpkg({ "a-dev": ["usr/include/a.h"] }), big("usr/include/a.h"))]],
  },
});

holdTo({
  rule: staticLibraries,
  looks: true,
  steps: [
    step(
      "RUN make install",
      big("usr/local/lib/liba.a"),
      big("usr/local/lib/liba.la"),
      big("src/b.o"),
      big("usr/local/lib/liba.so"),
    ),
  ],
  gone: ["usr/local/lib/liba.a", "usr/local/lib/liba.la", "src/b.o"],
  snippets: ["&& rm -rf /src/b.o /usr/local/lib/liba.a /usr/local/lib/liba.la"],
  spared: {
    "what a package brought": [[step(INSTALL, ...dpkg({ x: ["usr/lib/x.a"] }), big("usr/lib/x.a"))]],
    "what a package may have brought that could not be read": [
      [step(INSTALL, big("usr/lib/x.a"))],
      { inspection: { unread: [0] } },
    ],
  },
});

holdTo({
  rule: unpackedArchives,
  steps: [
    step("RUN curl -LO https://example.com/a.tar.gz && tar -xf a.tar.gz", big("a.tar.gz"), big("a/b")),
    step("COPY tool.deb /tmp/", big("tmp/tool.deb")),
    step("RUN dpkg -i /tmp/tool.deb", big("usr/bin/tool")),
    step("COPY data/ /data/", big("data/set.zip"), big("data/set/a.csv"), big("data/other.zip")),
  ],
  gone: ["a.tar.gz", "tmp/tool.deb", "data/set.zip"],
  snippets: ["&& rm -rf /a.tar.gz", "RUN --mount=type=bind,source=tool.deb,target=/tmp/tool.deb"],
  spared: {
    "archives that nothing unpacks": [[step("COPY a.zip /srv/", big("srv/a.zip"))]],
    "those in packages": [[step("RUN tar -xf a.tgz", big("app/node_modules/b/a.tgz"))]],
    "those of the base image": [[step("RUN tar -xf a.tgz", big("a.tgz"))], { base: 1 }],
  },
});

holdTo({
  rule: packageTests,
  looks: true,
  steps: [
    step("RUN npm ci", ...PACKAGES, big("app/node_modules/a/test/a.js"), big("app/node_modules/a/lib/test/b.js")),
    step(
      "RUN pip install pandas numpy",
      ...["pandas/tests", "numpy/tests"].flatMap((path) => [
        file(`usr/lib/python3.12/site-packages/${path}/__init__.py`, "#"),
        big(`usr/lib/python3.12/site-packages/${path}/test_a.py`),
      ]),
      big("usr/lib/python3.12/site-packages/tests/a.py"),
    ),
  ],
  gone: [
    "app/node_modules/a/test/a.js",
    "usr/lib/python3.12/site-packages/pandas/tests/__init__.py",
    "usr/lib/python3.12/site-packages/pandas/tests/test_a.py",
  ],
  snippets: ["&& rm -rf /app/node_modules/a/test", "&& rm -rf /usr/lib/python3.12/site-packages/pandas/tests"],
  spared: {
    "a package of that name": [
      [step("RUN npm ci", file("node_modules/test/package.json", "{}"), big("node_modules/test/index.js"))],
    ],
    "tests of the application": [[step("COPY . .", file("app/package.json", MANIFEST), big("app/test/a.js"))]],
    "packages of the distribution": [
      [
        step(
          INSTALL,
          ...dpkg({ "python3-a": ["usr/lib/python3/dist-packages/a/tests/t.py"] }),
          ...[
            big("usr/lib/python3/dist-packages/a/tests/t.py"),
            file("usr/lib/python3/dist-packages/a/tests/__init__.py", "#"),
          ],
        ),
      ],
    ],
  },
});

holdTo({
  rule: sourceMaps,
  steps: [
    step(
      "RUN npm run build",
      big("app/dist/a.js"),
      big("app/dist/a.js.map"),
      big("app/dist/x/b.css.map"),
      big("app/dist/x/b.css"),
    ),
  ],
  gone: ["app/dist/a.js.map", "app/dist/x/b.css.map"],
  snippets: ["&& find /app/dist -name '*.map' -delete"],
  spared: {
    "an image that reads them": [
      [step("RUN a", big("app/a.js"), big("app/a.js.map"))],
      { config: { Cmd: ["node", "--enable-source-maps", "a.js"] } },
    ],
    "an image whose environment says so": [
      [step("RUN a", big("app/a.js"), big("app/a.js.map"))],
      { config: { Env: ["NODE_OPTIONS=--enable-source-maps"] } },
    ],
    "maps of something that is not there": [[step("RUN a", big("app/level.js.map"))]],
  },
});

holdTo({
  rule: typeDeclarations,
  steps: [
    step(
      "RUN npm ci",
      big("app/node_modules/a/i.d.ts", LARGE),
      big("app/node_modules/a/i.js"),
      big("app/src/a.d.ts", LARGE),
    ),
  ],
  gone: ["app/node_modules/a/i.d.ts"],
  snippets: ["find /app/node_modules/a '(' -name '*.d.ts'"],
  spared: {
    "an image that runs TypeScript": [
      [step("RUN a", big("node_modules/a/i.d.ts", LARGE))],
      { config: { Cmd: ["npx", "ts-node", "a.ts"] } },
    ],
    "those of TypeScript itself": [[step("RUN a", big("node_modules/typescript/lib/lib.d.ts", LARGE))]],
    "few bytes": [[step("RUN a", big("node_modules/a/i.d.ts"))]],
  },
});

holdTo({
  rule: pythonBytecode,
  looks: true,
  steps: [
    step(
      "RUN pip install a",
      big("usr/lib/python3.12/site-packages/a/__pycache__/b.cpython-312.pyc", LARGE),
      big("usr/lib/python3.12/site-packages/a/b.py"),
    ),
  ],
  gone: ["usr/lib/python3.12/site-packages/a/__pycache__/b.cpython-312.pyc"],
  snippets: ["-path '*/__pycache__/*.pyc' -delete"],
  spared: {
    "bytecode without its source": [[step("RUN a", big("app/__pycache__/b.cpython-312.pyc", LARGE))]],
    "what packages of the distribution compiled": [
      [
        step(
          INSTALL,
          ...dpkg({ "python3-a": ["usr/lib/python3/dist-packages/a.py"] }),
          ...[big("usr/lib/python3/dist-packages/a.py"), big("usr/lib/python3/dist-packages/__pycache__/a.pyc", LARGE)],
        ),
      ],
    ],
    "bytecode in place of its source": [[step("RUN a", big("app/b.pyc", LARGE))]],
  },
});

holdTo({
  rule: documentation,
  steps: [
    step(
      "RUN apt-get install -y a",
      big("usr/share/doc/a/changelog.gz"),
      big("usr/share/doc/a/copyright"),
      big("usr/share/info/a.gz"),
      big("usr/share/doc/a/LICENSE.txt"),
    ),
  ],
  gone: ["usr/share/doc/a/changelog.gz", "usr/share/info/a.gz"],
  snippets: ["&& find /usr/share/doc /usr/share/info -type f ! -iname 'copyright*'"],
  spared: {
    "what licences ask to keep": [[step("RUN a", big("usr/share/doc/a/copyright"), big("usr/share/doc/b/NOTICE"))]],
    "few bytes of a base image": [[step("RUN a", big("usr/share/doc/a/changelog.gz"))], { base: 1 }],
  },
});

holdTo({
  rule: manPages,
  steps: [step("RUN apt-get install -y a", big("usr/share/man/man1/a.1.gz"), big("usr/local/share/man/man1/b.1"))],
  gone: ["usr/share/man/man1/a.1.gz", "usr/local/share/man/man1/b.1"],
  snippets: ["&& find /usr/local/share/man /usr/share/man -type f -delete"],
  spared: { "few bytes of a base image": [[step("RUN a", big("usr/share/man/man1/a.1.gz"))], { base: 1 }] },
});

holdTo({
  rule: locales,
  options: { config: { Env: ["LANG=de_DE.UTF-8"] } },
  steps: [
    step(
      "RUN apt-get install -y a",
      ...["fr", "de", "en_GB", "pt_BR"].map((language) => big(`usr/share/locale/${language}/LC_MESSAGES/a.mo`)),
      big("usr/share/locale/locale.alias"),
    ),
  ],
  gone: ["usr/share/locale/fr/LC_MESSAGES/a.mo", "usr/share/locale/pt_BR/LC_MESSAGES/a.mo"],
  snippets: ["&& rm -rf /usr/share/locale/fr /usr/share/locale/pt_BR"],
  spared: {
    "what makes locales": [
      [step("RUN a", big("usr/share/i18n/locales/fr_FR"), big("usr/lib/locale/fr_FR.utf8/LC_CTYPE"))],
    ],
  },
});

test("many languages are removed by those that stay", async () => {
  const languages = Array.from({ length: 20 }, (_, at) => String.fromCharCode(97 + at).repeat(2));
  const image = await imageOf(
    [step("RUN apt-get install -y a", ...languages.map((name) => big(`usr/share/locale/${name}/LC_MESSAGES/a.mo`)))],
    { inspection: {}, config: { Env: ["LC_ALL=fr_FR.UTF-8"] } },
  );
  const [claim] = claimsOf(image, locales);
  expect(claim?.draft.snippet).toContain("-type d ! -name 'en*' ! -name 'fr*' -exec rm -rf {} +");
});

holdTo({
  rule: debugSymbols,
  steps: [step("RUN make install", big("usr/lib/debug/a"), big("usr/local/lib/b.so.debug"), big("usr/local/lib/b.so"))],
  gone: ["usr/lib/debug/a", "usr/local/lib/b.so.debug"],
  snippets: ["&& rm -rf /usr/lib/debug/a /usr/local/lib/b.so.debug"],
  spared: { "a directory called debug": [[step("COPY . .", big("app/debug/a.js"))]] },
});

describe("symbols in programs", () => {
  const programs = [
    step("RUN go build", big("app", 5_000_000)),
    step("COPY b /", big("site-packages/b.so", 5_000_000)),
  ];
  const facts = new Map([0, 1].map((inode) => [inode, { elf: { strippableBytes: 2_000_000 } }] as const));

  test("are an estimate, and no bytes that are promised", async () => {
    const claims = claimsOf(await imageOf(programs, { inspection: { facts } }), debugSymbols);
    expect(claims).toMatchObject([
      { bytes: 0, draft: { layers: [0], estimate: { bytes: 2_000_000, how: expect.any(String) as string } } },
    ]);
  });

  test("of the base image, or few of them, are not spoken of", async () => {
    const few = new Map([[0, { elf: { strippableBytes: 900_000 } }]]);
    expect(claimsOf(await imageOf(programs, { inspection: { facts }, base: 2 }), debugSymbols)).toEqual([]);
    expect(claimsOf(await imageOf(programs, { inspection: { facts: few } }), debugSymbols)).toEqual([]);
  });
});

holdTo({
  rule: coreDumps,
  steps: [
    step(
      "RUN make test || true",
      big("app/core.123", LARGE),
      big("app/a.hprof", LARGE),
      big("app/hs_err_pid7.log", 3000),
    ),
  ],
  gone: ["app/core.123", "app/a.hprof", "app/hs_err_pid7.log"],
  snippets: ["&& rm -rf /app/a.hprof /app/core.123 /app/hs_err_pid7.log"],
  spared: {
    "small files and directories of that name": [[step("COPY . .", big("app/core"), big("app/lib/core/a.js", LARGE))]],
    "names that go on": [[step("COPY . .", big("app/core.js", LARGE), big("app/core.123.js", LARGE))]],
  },
});

holdTo({
  rule: logs,
  steps: [
    step("RUN apt-get install -y nginx", big("var/log/dpkg.log"), symlink("var/log/nginx/access.log", "/dev/stdout")),
  ],
  gone: ["var/log/dpkg.log"],
  snippets: ["&& find /var/log -type f -delete"],
  spared: {
    "few bytes": [[step("RUN a", big("var/log/dpkg.log", 9000))]],
    "others' logs": [[step("COPY . .", big("srv/log/a"))]],
  },
});

holdTo({
  rule: temporaryFiles,
  steps: [step("RUN ./install.sh", big("tmp/download.bin"), big("var/tmp/a/b"), symlink("usr/tmp", "../var/tmp"))],
  gone: ["tmp/download.bin", "var/tmp/a/b"],
  snippets: ["&& rm -rf /tmp/download.bin /var/tmp/a"],
  spared: {
    "what the image runs": [[step("COPY app /tmp/app", big("tmp/app/run"))], { config: { Cmd: ["/tmp/app/run"] } }],
    "where it runs": [[step("COPY app /tmp/app", big("tmp/app/run"))], { config: { WorkingDir: "/tmp/app" } }],
    "what its environment names": [
      [step("COPY a /tmp/a", big("tmp/a/b"))],
      { config: { Env: ["PATH=/usr/bin:/tmp/a"] } },
    ],
    "what a link leads to": [[step("COPY a /tmp/a", big("tmp/a/b"), symlink("usr/bin/b", "/tmp/a/b"))]],
  },
});

holdTo({
  rule: buildOutput,
  steps: [
    step("RUN npm run build", big("app/.next/cache/a"), big("app/node_modules/.cache/b"), big("app/.next/server/c")),
    step(
      "RUN cargo build --release",
      ...[big("src/target/release/deps/x.rlib"), big("src/target/release/deps/app-1")],
      hardlink("src/target/release/app", "src/target/release/deps/app-1"),
    ),
    step(
      "RUN gradle build",
      big("java/.gradle/a"),
      big("java/build/tmp/b"),
      file("java/build.gradle", "x"),
      big("java/build/libs/a.jar"),
    ),
  ],
  gone: [
    "app/.next/cache/a",
    "app/node_modules/.cache/b",
    "src/target/release/deps/x.rlib",
    "java/.gradle/a",
    "java/build/tmp/b",
  ],
  snippets: [
    "&& rm -rf /app/.next/cache /app/node_modules/.cache",
    "&& rm -rf /src/target/release/deps",
    "&& rm -rf /java/.gradle /java/build/tmp",
  ],
  options: { config: { Cmd: ["/src/target/release/app"] } },
  spared: {
    "directories build and .gradle of something else": [
      [step("COPY . .", big("app/build/tmp/a"), big("root/.gradle/a"))],
    ],
    "an image that builds": [[step("RUN a", big("src/target/release/deps/x"))], { config: { Cmd: ["cargo", "run"] } }],
  },
});

test("no two rules about building are alike", () => {
  expect(new Set(BUILD_RULES.map(({ id }) => id)).size).toBe(BUILD_RULES.length);
});

test("what only another base image would change is said of the base image, and only where it is worth it", async () => {
  const base = step(
    "/bin/sh -c #(nop) ADD file:0123456789012345678901234567890123456789012345678901234567890123 in / ",
    ...[big("usr/share/doc/a/changelog.gz", 1_500_000), big("usr/share/man/man1/a.1.gz"), big("var/log/dpkg.log")],
  );
  const own = step("RUN apt-get install -y b", big("usr/share/doc/b/changelog.gz"), big("usr/bin/b"));
  const { findings, savedBytes } = await adviceOn([base, own], { base: 1, inspection: {} });
  const said = findings
    .filter(({ rule }) => BUILD_RULES.includes(rule))
    .map(({ rule, scope, bytes }) => [rule.id, scope, bytes]);
  expect(said).toEqual([
    [documentation.id, "own", 200_000],
    [documentation.id, "base", 1_500_000],
  ]);
  expect(savedBytes).toEqual({ own: 200_000, base: 1_500_000 });
});
