/** Each rule about waste on an image where it fires and on one where it must not; what it promises is what is saved. */
import { expect, test } from "vitest";
import { dir, file, hardlink, opaque, whiteout } from "../../../../fixtures/build/tar.ts";
import { WASTE_RULES } from "../../src/advice/rules/waste-rules.ts";
import {
  type Claim,
  claimsOf,
  type ImageOptions,
  type ImageStep,
  imageOf,
  setting,
  step,
  storedBytes,
} from "./images.ts";

const bytes = (count: number): string => "x".repeat(count);
const CAPABILITY = { "security.capability": Uint8Array.of(1, 0, 0, 2, 0x80) };

const wasteOf = async (steps: ImageStep[], options: ImageOptions = {}): Promise<Claim[]> =>
  claimsOf(await imageOf(steps, { inspection: {}, ...options }), ...WASTE_RULES);

/** The only finding. Following it saves what it says: the improved image is built and measured. */
async function onlyFinding(
  id: string,
  bad: ImageStep[],
  good: ImageStep[],
  options: ImageOptions = {},
): Promise<Claim> {
  const image = await imageOf(bad, { inspection: {}, ...options });
  const claims = claimsOf(image, ...WASTE_RULES);
  expect(claims.map((claim) => claim.id)).toEqual([id]);
  const improved = await imageOf(good, { inspection: {}, ...options });
  expect(claims[0]?.bytes).toBe(storedBytes(image) - storedBytes(improved));
  expect(claimsOf(improved, ...WASTE_RULES)).toEqual([]);
  return claims[0] as Claim;
}

test("an archive that is copied and removed after unpacking is to be mounted", async () => {
  const { draft } = await onlyFinding(
    "added-then-removed",
    [
      step("COPY app.tar.gz /tmp/", file("tmp/app.tar.gz", bytes(1000))),
      step(
        "RUN tar -xzf /tmp/app.tar.gz -C /opt && rm /tmp/app.tar.gz && ldconfig",
        file("opt/app", bytes(3000)),
        whiteout("tmp/app.tar.gz"),
      ),
    ],
    [step("RUN --mount=type=bind /bin/sh -c tar -xzf /tmp/app.tar.gz -C /opt", file("opt/app", bytes(3000)))],
  );
  expect(draft.what).toBe("layer 1 removes what layer 0 stores");
  expect(draft.snippet).toBe(
    [
      "RUN --mount=type=bind,source=app.tar.gz,target=/tmp/app.tar.gz \\",
      "    tar -xzf /tmp/app.tar.gz -C /opt \\",
      "    && ldconfig",
    ].join("\n"),
  );
});

test("what is copied and only removed belongs into .dockerignore", async () => {
  const { draft } = await onlyFinding(
    "added-then-removed",
    [
      setting("WORKDIR /app"),
      step(
        "COPY . .",
        file("app/main.js", bytes(10)),
        file("app/test/data", bytes(500)),
        file("app/docs/a", bytes(50)),
      ),
      step("RUN rm -rf test /app/docs", whiteout("app/test"), whiteout("app/docs")),
    ],
    [setting("WORKDIR /app"), step("COPY . .", file("app/main.js", bytes(10)))],
  );
  expect(draft.snippet).toBe("# .dockerignore\ntest\ndocs");
});

test("sources that a build in between may need are built in a stage of their own", async () => {
  const [claim] = await wasteOf([
    setting("WORKDIR /app"),
    step("COPY . .", file("app/src/a", bytes(10)), file("app/src/b", bytes(500))),
    step("RUN npm run build", file("app/dist/all", bytes(20))),
    step("RUN rm -rf src", whiteout("app/src")),
  ]);
  expect(claim).toMatchObject({ id: "added-then-removed", bytes: 510 });
  expect(claim?.draft.snippet).toContain("AS build");
  expect(claim?.draft.snippet).toContain("RUN npm run build");
  expect(claim?.draft.snippet).not.toContain("dockerignore");
});

test("what one RUN downloads and another removes is to be removed in the same", async () => {
  const { draft } = await onlyFinding(
    "downloaded-then-removed",
    [
      step("RUN curl -fsSLo /tmp/tool.tgz https://example.com/tool.tgz", file("tmp/tool.tgz", bytes(700))),
      step("RUN tar -xf /tmp/tool.tgz -C /opt", file("opt/tool", bytes(900))),
      step("RUN rm -f /tmp/tool.tgz && adduser app", whiteout("tmp/tool.tgz")),
    ],
    [step("RUN curl … && tar … && rm …", file("opt/tool", bytes(900))), step("RUN adduser app")],
  );
  expect(draft.snippet).toBe(
    [
      "RUN curl -fsSLo /tmp/tool.tgz https://example.com/tool.tgz \\",
      "    && tar -xf /tmp/tool.tgz -C /opt \\",
      "    && rm -f /tmp/tool.tgz",
    ].join("\n"),
  );
});

test("package lists that a later RUN removes were downloaded", async () => {
  const { draft } = await onlyFinding(
    "downloaded-then-removed",
    [
      step(
        "RUN apt-get update && apt-get install -y git",
        file("usr/bin/git", "git"),
        file("var/lib/apt/lists/a", bytes(90)),
      ),
      step("RUN rm -rf /var/lib/apt/lists/*", whiteout("var/lib/apt/lists/a")),
    ],
    [step("RUN all", file("usr/bin/git", "git"))],
  );
  expect(draft.snippet).toBe(
    "RUN apt-get update \\\n    && apt-get install -y git \\\n    && rm -rf /var/lib/apt/lists/*",
  );
});

test("what one RUN makes and another removes is to be removed in the same", async () => {
  const { draft, paths } = await onlyFinding(
    "removed-later",
    [
      step("RUN make -C /src install", file("src/a.o", bytes(400)), file("usr/bin/a", "a")),
      step("RUN echo done && rm -rf /src", whiteout("src")),
    ],
    [step("RUN make -C /src install && rm -rf /src", file("usr/bin/a", "a"))],
  );
  expect(paths).toEqual(["src/a.o"]);
  expect(draft.snippet).toBe("RUN make -C /src install \\\n    && rm -rf /src");
});

test.each([
  ["a step between copies", [step("COPY . .", file("b", "b"))], "RUN make && ./use /a && rm -rf /a"],
  ["a step between sets the directory", [setting("WORKDIR /app")], "RUN rm -rf a"],
])("what is removed cannot go up where %s", async (_, between, removing) => {
  const [claim] = await wasteOf([step("RUN make", file("a", bytes(9))), ...between, step(removing, whiteout("a"))]);
  expect(claim?.bytes).toBe(9);
  expect(claim?.draft.snippet).toBeUndefined();
});

test.each(["cd /srv && rm -rf a", "if true; then rm -rf /srv/a; fi", "./use /srv/a && rm -rf /srv/a"])(
  "a removal that depends on what is before it goes with it: %s",
  async (script) => {
    const [claim] = await wasteOf([
      step("RUN make", file("srv/a/b", bytes(9))),
      step(`RUN ${script}`, whiteout("srv/a")),
    ]);
    const [first, ...rest] = (claim?.draft.snippet ?? "").split(" \\\n    ");
    expect(first).toBe("RUN make");
    expect(rest.join(" ")).toBe(`&& ${script}`);
  },
);

test("caches can be removed in the RUN that fills them, whatever comes between", async () => {
  const [claim] = await wasteOf([
    step("RUN pip install a", file("root/.cache/pip/a", bytes(9))),
    step("COPY . .", file("b", "b")),
    step("RUN ./use-all && rm -rf /root/.cache", whiteout("root/.cache")),
  ]);
  expect(claim?.draft.snippet).toBe("RUN pip install a \\\n    && rm -rf /root/.cache");
});

test("a directory that is copied to be built is to be mounted", async () => {
  const { draft } = await onlyFinding(
    "added-then-removed",
    [
      step("COPY src /tmp/src", file("tmp/src/a.c", bytes(10)), file("tmp/src/b.c", bytes(20))),
      step("RUN make -C /tmp/src install && rm -rf /tmp/src", file("usr/bin/a", "a"), whiteout("tmp/src")),
    ],
    [step("RUN --mount=type=bind make", file("usr/bin/a", "a"))],
  );
  expect(draft.snippet).toBe("RUN --mount=type=bind,source=src,target=/tmp/src,rw \\\n    make -C /tmp/src install");
});

test("some of all that is copied cannot be mounted", async () => {
  const [claim] = await wasteOf([
    setting("WORKDIR /app"),
    step("COPY . .", file("app/docs/handbook.md", bytes(50)), file("app/a", "a")),
    step("RUN npm run build && rm -rf docs", whiteout("app/docs")),
  ]);
  expect(claim?.bytes).toBe(50);
  expect(claim?.draft.snippet).toMatch(/^FROM BASE AS build\nWORKDIR \/app\nCOPY . .\nRUN npm run build \\\n/);
});

test("an image without history names layers only", async () => {
  const [claim] = await wasteOf([step("", file("a", "12345")), step("", whiteout("a"))]);
  expect(claim).toMatchObject({ id: "removed-later", bytes: 5 });
  expect(claim?.draft.what).toBe("layer 1 removes what layer 0 stores");
  expect(claim?.draft.snippet).toBeUndefined();
});

const owned = { uid: 1000, gid: 1000 };

test("an owner that is changed later is to be given by COPY", async () => {
  const { draft } = await onlyFinding(
    "rewritten-by-chown",
    [
      step("COPY . /app", dir("app"), file("app/a", bytes(100)), file("app/b", bytes(200))),
      step(
        "RUN chown -R node:node /app",
        dir("app", owned),
        file("app/a", bytes(100), owned),
        file("app/b", bytes(200), owned),
      ),
    ],
    [step("COPY --chown=node:node . /app", file("app/a", bytes(100), owned), file("app/b", bytes(200), owned))],
  );
  expect(draft.snippet).toBe("COPY --chown=node:node . /app");
});

test("an owner that the command does not tell is that of the files", async () => {
  const steps = (command: string) => [
    step("COPY --link a /app/", file("app/a", bytes(100))),
    step(command, file("app/a", bytes(100), { uid: 1000, gid: 2000 })),
  ];
  for (const command of [
    'RUN chown "$APP_USER" /app/a',
    "RUN chgrp app /app/a",
    "RUN ./own.sh",
    "RUN useradd app && chown app:app /app/a",
  ]) {
    const [claim] = await wasteOf(steps(command));
    expect(claim?.draft.snippet?.split("\n")[0]).toBe("COPY --link --chown=1000:2000 a /app/");
  }
});

test("what else the RUN does stays, and the classic builder's hidden sources are told", async () => {
  const [claim] = await wasteOf([
    step(`/bin/sh -c #(nop) COPY dir:${"ab".repeat(32)} in /app `, file("app/a", bytes(100))),
    step("RUN useradd app && chown -R 7:7 /app && ls", file("app/a", bytes(100), { uid: 7, gid: 7 })),
  ]);
  expect(claim?.draft.snippet).toBe(
    "# SOURCE: the history does not tell what was copied\nCOPY --chown=7:7 SOURCE /app\nRUN useradd app \\\n    && ls",
  );
});

test("what is gone already does not matter to the owner of the rest", async () => {
  const claims = await wasteOf([
    step("COPY . /app", file("app/a", bytes(100)), file("app/b", bytes(200))),
    step("RUN make -C /app && rm /app/b", whiteout("app/b")),
    step("RUN chown -R 7:7 /app", file("app/a", bytes(100), { uid: 7, gid: 7 })),
  ]);
  const chown = claims.find(({ id }) => id === "rewritten-by-chown");
  expect(chown?.draft.snippet).toBe("COPY --chown=7:7 . /app");
});

test("an owner that is changed for some of what was copied is none for a flag", async () => {
  const [claim] = await wasteOf([
    step("COPY . /app", file("app/a", bytes(100)), file("app/b", bytes(200))),
    step("RUN chown 7:7 /app/a", file("app/a", bytes(100), { uid: 7, gid: 7 })),
  ]);
  expect(claim).toMatchObject({ id: "rewritten-by-chown", bytes: 100 });
  expect(claim?.draft.snippet).toBeUndefined();
});

test("an owner that is changed after a RUN is to be changed in it", async () => {
  const [claim] = await wasteOf([
    step("RUN make install", file("app/a", bytes(100))),
    step("RUN chown -R 7:7 /app && true", file("app/a", bytes(100), { uid: 7, gid: 7 })),
  ]);
  expect(claim?.draft.snippet).toBe("RUN make install \\\n    && chown -R 7:7 /app");
});

test("permissions that are changed later are to be given by COPY, with the owner where that changes, too", async () => {
  const { draft } = await onlyFinding(
    "rewritten-by-chmod",
    [
      step("COPY server /usr/bin/", file("usr/bin/server", bytes(100))),
      step("RUN chmod +x /usr/bin/server", file("usr/bin/server", bytes(100), { mode: 0o755 })),
    ],
    [step("COPY --chmod=755 server /usr/bin/", file("usr/bin/server", bytes(100), { mode: 0o755 }))],
  );
  expect(draft.snippet).toBe("COPY --chmod=755 server /usr/bin/");

  const [both] = await wasteOf([
    step("COPY server /usr/bin/", file("usr/bin/server", bytes(100))),
    step(
      "RUN chmod 0750 /usr/bin/server && chown a:b /usr/bin/server",
      file("usr/bin/server", bytes(100), { ...owned, mode: 0o750 }),
    ),
  ]);
  expect(both?.id).toBe("rewritten-by-chmod");
  expect(both?.draft.snippet).toBe("COPY --chown=a:b --chmod=0750 server /usr/bin/");
});

test("a time that is changed stores the file again", async () => {
  const { draft } = await onlyFinding(
    "rewritten-by-touch",
    [
      step("RUN make", file("srv/model", bytes(100))),
      step("RUN touch /srv/model", file("srv/model", bytes(100), { mtime: 1_700_000_000 })),
    ],
    [step("RUN make && touch", file("srv/model", bytes(100), { mtime: 1_700_000_000 }))],
  );
  expect(draft.snippet).toBe("RUN make \\\n    && touch /srv/model");
});

test("packages that are installed a second time are the same ones again", async () => {
  const fresh = { mtime: 1_700_000_000 };
  const { draft } = await onlyFinding(
    "rewritten-by-touch",
    [
      setting("WORKDIR /app"),
      step("COPY package.json ./", file("app/package.json", bytes(20))),
      step("RUN npm ci", file("app/node_modules/ws/index.js", bytes(500))),
      step("COPY src src", file("app/src/a.ts", bytes(10))),
      step("RUN npm run build && npm ci --omit=dev", file("app/node_modules/ws/index.js", bytes(500), fresh)),
    ],
    [
      step(
        "COPY --from=build /app /app",
        file("app/package.json", bytes(20)),
        file("app/src/a.ts", bytes(10)),
        file("app/node_modules/ws/index.js", bytes(500), fresh),
      ),
    ],
  );
  expect(draft.what).toBe("layer 3 installs again the same packages that layer 1 stores");
  expect(draft.fix).toMatch(/^Install once\. /);
  expect(draft.snippet).toBe(
    [
      "FROM BASE AS build",
      "WORKDIR /app",
      "COPY package.json ./",
      "RUN npm ci",
      "COPY src src",
      "RUN npm run build \\",
      "    && npm ci --omit=dev",
      "FROM BASE",
      "# only what is needed to run",
      "COPY --from=build /app /app",
    ].join("\n"),
  );
});

test("a second install in the next step is to be done in the same RUN; other files are only touched by it", async () => {
  const fresh = { mtime: 1_700_000_000 };
  const installs = (path: string) =>
    wasteOf([step("RUN npm ci", file(path, bytes(500))), step("RUN npm ci --omit=dev", file(path, bytes(500), fresh))]);
  const [again] = await installs("app/node_modules/ws/index.js");
  expect(again?.draft.snippet).toBe("RUN npm ci \\\n    && npm ci --omit=dev");
  const [touched] = await installs("app/.npmrc");
  expect(touched?.draft.what).toBe("layer 1 changes only the time of what layer 0 stores");
});

test("a capability that is given later is to be given where the file comes from", async () => {
  const { draft } = await onlyFinding(
    "rewritten-by-setcap",
    [
      step("COPY dist/server /usr/bin/server", file("usr/bin/server", bytes(100))),
      step("RUN setcap cap_net_raw+ep /usr/bin/server", file("usr/bin/server", bytes(100), { xattrs: CAPABILITY })),
    ],
    [step("RUN cp && setcap", file("usr/bin/server", bytes(100), { xattrs: CAPABILITY }))],
  );
  expect(draft.snippet).toBe(
    [
      "RUN --mount=type=bind,source=dist/server,target=/tmp/server \\",
      "    cp /tmp/server /usr/bin/server \\",
      "    && setcap cap_net_raw+ep /usr/bin/server",
    ].join("\n"),
  );
});

test("a package database that several RUNs write is to be written by one", async () => {
  const { draft } = await onlyFinding(
    "rewritten-by-package-manager",
    [
      step(
        "RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*",
        file("usr/bin/a", "a"),
        file("var/lib/dpkg/status", bytes(100)),
      ),
      step(
        "RUN apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*",
        file("usr/bin/b", "b"),
        file("var/lib/dpkg/status", bytes(200)),
        file("var/lib/dpkg/status-old", bytes(100)),
      ),
      step(
        "RUN apt-get update && apt-get install -y c && rm -rf /var/lib/apt/lists/*",
        file("usr/bin/c", "c"),
        file("var/lib/dpkg/status", bytes(300)),
        file("var/lib/dpkg/status-old", bytes(100)),
      ),
    ],
    [
      step(
        "RUN all",
        ...["a", "b", "c"].map((name) => file(`usr/bin/${name}`, name)),
        file("var/lib/dpkg/status", bytes(300)),
        file("var/lib/dpkg/status-old", bytes(100)),
      ),
    ],
  );
  expect(draft.layers).toEqual([0, 1, 2]);
  expect(draft.snippet).toBe(
    [
      "RUN apt-get update \\",
      "    && apt-get install -y a \\",
      "    && apt-get install -y b \\",
      "    && apt-get install -y c \\",
      "    && rm -rf /var/lib/apt/lists/*",
    ].join("\n"),
  );
});

test("a database of the base image is written anew whatever is done", async () => {
  const claims = await wasteOf(
    [
      step("ADD rootfs.tar /", file("lib/apk/db/installed", bytes(100)), file("etc/motd", bytes(5))),
      step("RUN apk add git", file("lib/apk/db/installed", bytes(200))),
      step("RUN apk add make && rm /etc/motd", file("lib/apk/db/installed", bytes(300)), whiteout("etc/motd")),
    ],
    { base: 1 },
  );
  expect(claims.map(({ id, bytes: saved }) => [id, saved])).toEqual([
    ["added-then-removed", 5],
    ["rewritten-by-package-manager", 200],
    ["rewritten-by-package-manager", 100],
  ]);
  const [removed, own, base] = claims;
  expect(own?.draft.snippet).toBe("RUN apk add git \\\n    && apk add make \\\n    && rm /etc/motd");
  for (const ofBase of [removed, base]) {
    expect(ofBase?.draft.snippet).toBeUndefined();
    expect(ofBase?.draft.fix).toContain("does not make the image smaller: only another base image does");
  }
});

test("everything that is copied twice is to be copied once", async () => {
  const { draft } = await onlyFinding(
    "copied-twice",
    [
      setting("WORKDIR /app"),
      step("COPY . .", file("app/a", bytes(100)), file("app/b", bytes(300))),
      step("RUN make", file("app/out", bytes(10))),
      step("COPY . .", file("app/a", bytes(100)), file("app/b", bytes(200), { mtime: 1 })),
    ],
    [
      setting("WORKDIR /app"),
      step("RUN make", file("app/out", bytes(10))),
      step("COPY . .", file("app/a", bytes(100)), file("app/b", bytes(200), { mtime: 1 })),
    ],
  );
  expect(draft.snippet).toBe("COPY . .");
});

test("manifests that are copied for an install and again with the rest are to be mounted", async () => {
  const { draft } = await onlyFinding(
    "copied-twice",
    [
      setting("WORKDIR /app"),
      step("COPY package*.json ./", file("app/package.json", bytes(10)), file("app/package-lock.json", bytes(300))),
      step("RUN npm ci", file("app/node_modules/a", bytes(10))),
      step(
        "COPY . .",
        file("app/package.json", bytes(10)),
        file("app/package-lock.json", bytes(300)),
        file("app/a", "a"),
      ),
    ],
    [
      step("RUN --mount=type=bind npm ci", file("app/node_modules/a", bytes(10))),
      step(
        "COPY . .",
        file("app/package.json", bytes(10)),
        file("app/package-lock.json", bytes(300)),
        file("app/a", "a"),
      ),
    ],
  );
  expect(draft.snippet).toBe(
    [
      "RUN --mount=type=bind,source=package-lock.json,target=/app/package-lock.json \\",
      "    --mount=type=bind,source=package.json,target=/app/package.json \\",
      "    npm ci",
      "COPY . .",
    ].join("\n"),
  );
});

test("a file that is stored again as it was is to be left alone", async () => {
  await onlyFinding(
    "stored-again-unchanged",
    [
      step("COPY --chown=7:7 a /app/", file("app/a", bytes(100), { uid: 7 })),
      step("RUN chown -R 7 /app", file("app/a", bytes(100), { uid: 7 })),
    ],
    [step("COPY --chown=7:7 a /app/", file("app/a", bytes(100), { uid: 7 }))],
  );
});

test("a file that is changed later is to be made as it shall be", async () => {
  const { draft } = await onlyFinding(
    "rewritten-later",
    [
      step("RUN ./make-index /srv/index.db", file("srv/index.db", bytes(100))),
      step("RUN ./compact /srv/index.db", file("srv/index.db", bytes(60))),
    ],
    [step("RUN ./make-index && ./compact", file("srv/index.db", bytes(60)))],
  );
  expect(draft.snippet).toBe("RUN ./make-index /srv/index.db \\\n    && ./compact /srv/index.db");
});

test("a file of the base image that is copied over is not copied twice", async () => {
  const claims = await wasteOf(
    [
      step("COPY nginx.conf /etc/", file("etc/nginx.conf", bytes(9))),
      step("COPY nginx.conf /etc/", file("etc/nginx.conf", bytes(7))),
    ],
    { base: 1 },
  );
  expect(claims).toMatchObject([{ id: "rewritten-later", bytes: 9 }]);
});

test("a directory that is made anew hides what was in it", async () => {
  const { draft } = await onlyFinding(
    "replaced-directory",
    [
      step("RUN render /srv/www", file("srv/www/a", bytes(100))),
      step("RUN rm -rf /srv/www && render2 /srv/www", dir("srv/www"), opaque("srv/www"), file("srv/www/b", bytes(10))),
    ],
    [step("RUN all", dir("srv/www"), file("srv/www/b", bytes(10)))],
  );
  expect(draft.snippet).toBe("RUN render /srv/www \\\n    && rm -rf /srv/www");
});

test("a path that a layer has twice is stored twice", async () => {
  const { draft } = await onlyFinding(
    "stored-twice-in-one-layer",
    [step("bazel build ...", file("app/a", bytes(100)), file("app/a", bytes(10)))],
    [step("bazel build ...", file("app/a", bytes(10)))],
  );
  expect(draft.what).toBe("layer 0 stores paths more than once");
});

test("an image whose steps do not touch what others stored has no finding", async () => {
  expect(
    await wasteOf([
      step("ADD rootfs.tar /", file("etc/passwd", "root"), file("bin/sh", bytes(100))),
      step(
        "RUN curl -O https://example.com/a && tar xf a && rm a",
        file("opt/a", bytes(10)),
        hardlink("opt/b", "opt/a"),
      ),
      step("COPY --chown=7:7 . /app", file("app/a", bytes(100), { uid: 7 })),
      step("RUN chown 7:7 /app", dir("app", { uid: 7, gid: 7 })),
      step("RUN rm -f /tmp/*"),
    ]),
  ).toEqual([]);
});
