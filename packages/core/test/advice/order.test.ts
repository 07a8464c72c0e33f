/** Each rule about the order of steps on an image where it fires and on one where it must not. */
import { expect, test } from "vitest";
import { file } from "../../../../fixtures/build/tar.ts";
import type { Rule } from "../../src/advice/rule.ts";
import { addUrl } from "../../src/advice/rules/add-url.ts";
import { aptUpdateAlone } from "../../src/advice/rules/apt-update-alone.ts";
import { copyBeforeInstall } from "../../src/advice/rules/copy-before-install.ts";
import { layersByChange } from "../../src/advice/rules/layers-by-change.ts";
import { ORDER_RULES } from "../../src/advice/rules/order-rules.ts";
import { packageRunsCouldBeOne } from "../../src/advice/rules/package-runs-could-be-one.ts";
import { type Claim, claimsOf, type ImageOptions, type ImageStep, imageOf, setting, step } from "./images.ts";

const bytes = (count: number): string => "x".repeat(count);

const drafts = async (rule: Rule, steps: ImageStep[], options: ImageOptions = {}) =>
  claimsOf(await imageOf(steps, { inspection: {}, ...options }), rule).map(({ draft }: Claim) => draft);

const code = step(
  "COPY . .",
  ...["package.json", "package-lock.json", "index.js", "lib/package.json"].map((name) => file(`app/${name}`, name)),
);
const workdir = setting("WORKDIR /app");

test("code that is copied before an install makes it run again with each change", async () => {
  const [draft, ...others] = await drafts(copyBeforeInstall, [
    workdir,
    code,
    step("RUN --mount=type=cache,target=/root/.npm /bin/sh -c npm ci", file("app/node_modules/a", bytes(500))),
  ]);
  expect(others).toEqual([]);
  expect(draft?.what).toBe("layer 1 installs dependencies after layer 0 has copied the code");
  expect(draft?.inodes).toBeUndefined();
  expect(draft?.estimate?.bytes).toBe(500);
  expect(draft?.snippet).toBe(
    ["COPY package.json package-lock.json ./", "RUN --mount=type=cache,target=/root/.npm npm ci", "COPY . ."].join(
      "\n",
    ),
  );
});

test("what else the RUN does comes after the code, and nothing is estimated then", async () => {
  const [draft] = await drafts(copyBeforeInstall, [
    step("COPY web /srv/web/", file("srv/web/package.json", "{}"), file("srv/web/main.js", "x")),
    step("RUN cd /srv/web && npm install && npm run build", file("srv/web/node_modules/a", bytes(500))),
  ]);
  expect(draft?.estimate).toBeUndefined();
  expect(draft?.snippet).toBe(
    [
      "COPY web/package.json /srv/web/",
      "RUN cd /srv/web \\",
      "    && npm install",
      "COPY web /srv/web/",
      "RUN cd /srv/web \\",
      "    && npm run build",
    ].join("\n"),
  );
});

test.each([
  [
    "pip install --no-cache-dir -r requirements/prod.txt",
    ["prod.txt"],
    "RUN pip install --no-cache-dir -r requirements/prod.txt",
  ],
  ["python3 -m pip install -rrequirements.txt", ["requirements.txt"], "RUN python3 -m pip install -rrequirements.txt"],
  ["yarn --frozen-lockfile", ["package.json", "yarn.lock"], "RUN yarn --frozen-lockfile"],
  ["pnpm i --prod", ["package.json", "pnpm-lock.yaml"], "RUN pnpm i --prod"],
  ["bundle install -j 4", ["Gemfile", "Gemfile.lock"], "RUN bundle install -j 4"],
  ["composer install --no-dev", ["composer.json"], "RUN composer install --no-dev"],
  ["poetry install --only main", ["pyproject.toml"], "RUN poetry install --only main"],
  ["go build -o /srv ./cmd/srv", ["go.mod", "go.sum"], "RUN go mod download"],
  ["./mvnw -q package", ["pom.xml"], "RUN ./mvnw dependency:go-offline"],
  ["gradle build --no-daemon", ["build.gradle.kts"], "RUN gradle dependencies"],
  ["dotnet publish -c Release", ["app.csproj"], "RUN dotnet restore"],
])("the manifests of %s are copied first", async (command, manifests, install) => {
  const steps = (names: readonly string[]) => [
    workdir,
    step("COPY . .", ...names.map((name) => file(`app/${name}`, name))),
    step(`RUN ${command}`, file("deps", bytes(50))),
  ];
  const [draft] = await drafts(copyBeforeInstall, steps([...manifests, "src/main.any"]));
  expect(draft?.snippet?.split("\n").slice(0, 3)).toEqual([`COPY ${manifests.join(" ")} ./`, install, "COPY . ."]);
  expect(await drafts(copyBeforeInstall, steps(["src/main.any"]))).toEqual([]);
});

test.each<[string, ImageStep[], number]>([
  [
    "manifests alone",
    [
      workdir,
      step("COPY package*.json ./", file("app/package.json", "{}"), file("app/.npmrc", "")),
      step("RUN npm ci"),
      code,
    ],
    0,
  ],
  [
    "an install before the code and one after it",
    [
      workdir,
      step("COPY package.json ./", file("app/package.json", "{}")),
      step("RUN npm ci"),
      code,
      step("RUN npm ci --omit=dev"),
    ],
    0,
  ],
  ["a tool that is installed by its name", [workdir, code, step("RUN npm install -g pm2 && npm install left-pad")], 0],
  [
    "an install of the code itself",
    [step("COPY . .", file("setup.py", ""), file("a.py", "a")), step("RUN pip install .")],
    0,
  ],
  ["what the base image does", [workdir, code, step("RUN npm ci")], 2],
  [
    "a result of another stage",
    [step("COPY /app /app", file("app/package.json", "{}"), file("app/a", "")), step("RUN npm ci")],
    0,
  ],
])("%s: nothing is said of an order that is right, or not to be changed", async (_, steps, base) => {
  expect(await drafts(copyBeforeInstall, steps, { base })).toEqual([]);
});

const big = (path: string) => file(path, bytes(1_000_000));

test("packages that are installed after code belong before it", async () => {
  const install = step(
    "RUN apt-get update && apt-get install -y ffmpeg && rm -rf /var/lib/apt/lists/*",
    big("usr/bin/ffmpeg"),
  );
  const [draft, ...others] = await drafts(layersByChange, [workdir, code, setting("EXPOSE 80"), install]);
  expect(others).toEqual([]);
  expect(draft?.estimate?.bytes).toBe(1_000_000);
  expect(draft?.snippet?.split("\n").at(-1)).toBe("COPY . .");
  expect(draft?.snippet?.split("\n").at(0)).toBe("RUN apt-get update \\");
  expect(await drafts(layersByChange, [workdir, install, code])).toEqual([]);
});

test.each([
  ["that need what was copied", "RUN apt-get install -y ./a.deb", "app/a.deb"],
  ["whose names are read from a file", "RUN apt-get install -y $(cat packages.txt)", "app/packages.txt"],
  ["from a repository that was copied", "RUN apt-get install -y a", "etc/apt/sources.list.d/a.list"],
  ["by a script", "RUN ./setup.sh && apt-get install -y a", "app/setup.sh"],
])("packages %s stay where they are", async (_, command, path) => {
  expect(await drafts(layersByChange, [step("COPY . .", file(path, "x")), step(command, big("usr/bin/a"))])).toEqual(
    [],
  );
});

test("lists that are fetched in a step of their own are to be fetched with the install", async () => {
  const steps = [
    step("RUN apt-get update -qq", file("var/lib/apt/lists/a", "a")),
    step("RUN apt-get install -y curl", file("usr/bin/curl", "c")),
  ];
  const [draft, ...others] = await drafts(aptUpdateAlone, steps);
  expect(others).toEqual([]);
  expect(draft?.steps).toEqual([0, 1]);
  expect(draft?.snippet).toBe(
    "RUN apt-get update -qq \\\n    && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*",
  );
  expect(await drafts(aptUpdateAlone, steps, { base: 2 })).toEqual([]);
});

test("lists that nothing is installed from are to be left out", async () => {
  const [draft] = await drafts(aptUpdateAlone, [step("RUN apk update && rm -rf /var/cache/apk/*")]);
  expect(draft?.fix).toContain("leave the step out");
  expect(draft?.snippet).toBeUndefined();
});

test.each([
  "apt-get update && apt-get install -y curl",
  "apt-get update && apt-get -y upgrade",
  "set -eux; apt-get update; ./install-dependencies.sh",
  "(apt-get update && apt-get install -y curl)",
  "sh -c 'apt-get update && apt-get install -y curl'",
  "dnf update -y",
  "if true; then apk update; apk add curl; fi",
])("lists are fetched where they are used: %s", async (command) => {
  expect(await drafts(aptUpdateAlone, [step(`RUN ${command}`)])).toEqual([]);
});

test("installs in a row could be one", async () => {
  const [draft, ...others] = await drafts(packageRunsCouldBeOne, [
    step("RUN apk add a"),
    setting("LABEL a=b"),
    step("RUN apk add --no-cache b c"),
    step("COPY x /", file("x", "")),
    step("RUN apk add d"),
    step("RUN make"),
    step("RUN apk add e"),
  ]);
  expect(others).toEqual([]);
  expect(draft?.steps).toEqual([0, 2]);
  expect(draft?.snippet).toBe("RUN apk add a \\\n    && apk add --no-cache b c");
});

test("installs of the base image and the one that follows are not one", async () => {
  expect(await drafts(packageRunsCouldBeOne, [step("RUN apk add a"), step("RUN apk add b")], { base: 1 })).toEqual([]);
});

test("an address is to be added with its checksum", async () => {
  const add = (text: string) => drafts(addUrl, [step(`ADD ${text}`, file("tool.tgz", "x"))]);
  const [draft] = await add("https://example.com/tool.tgz /");
  expect(draft?.what).toBe("https://example.com/tool.tgz is fetched without a checksum");
  expect(draft?.snippet).toBe("ADD --checksum=sha256:… https://example.com/tool.tgz /");
  const [several] = await add("--chown=7:7 https://example.com/a http://example.com/b /opt/");
  expect(several?.snippet).toBe(
    "ADD --chown=7:7 --checksum=sha256:… https://example.com/a /opt/\nADD --chown=7:7 --checksum=sha256:… http://example.com/b /opt/",
  );
  for (const fine of [
    "--checksum=sha256:24454f830cdb https://example.com/tool.tgz /",
    "https://example.com/owner/name.git#v1 /src",
    "tool.tgz /",
    `file:${"0".repeat(64)} in /`,
  ]) {
    expect(await add(fine)).toEqual([]);
  }
  expect(await drafts(addUrl, [step("ADD https://example.com/a /", file("a"))], { base: 1 })).toEqual([]);
});

test("a well-ordered image has nothing to say", async () => {
  const image = await imageOf(
    [
      step("ADD rootfs.tar /", big("lib/libc.so")),
      step("RUN apt-get update && apt-get install -y a b && rm -rf /var/lib/apt/lists/*", big("usr/bin/a")),
      workdir,
      step(
        "COPY package.json package-lock.json ./",
        file("app/package.json", "{}"),
        file("app/package-lock.json", "{}"),
      ),
      step("RUN npm ci && npm cache clean --force", big("app/node_modules/a")),
      code,
      setting('CMD ["node", "index.js"]'),
    ],
    { base: 1, inspection: {} },
  );
  expect(claimsOf(image, ...ORDER_RULES)).toEqual([]);
});
