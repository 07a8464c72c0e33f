/** Equal contents at several paths, and the links that save them. */
import { expect, test } from "vitest";
import { file, hardlink, type Member, symlink } from "../../../../fixtures/build/tar.ts";
import { duplicateContent } from "../../src/advice/rules/duplicate-content.ts";
import type { InstalledPackage, PackageType } from "../../src/packages/package.ts";
import { claimsOf, type InspectedImage, imageOf, NOTHING_FOUND, step, storedBytes } from "./images.ts";

const content = (sign: string, size = 60_000): string => sign.repeat(size);
const claims = (image: InspectedImage) => claimsOf(image, duplicateContent);

test("copies are to be links: what is promised is saved", async () => {
  const copied = [file("opt/a", content("a")), file("opt/b", content("b")), file("opt/other", content("c"))];
  const image = await imageOf([
    step("RUN make install", ...copied, file("usr/bin/a", content("a")), file("usr/bin/it's b", content("b"))),
  ]);
  const [claim, ...others] = claims(image);
  expect(others).toEqual([]);
  expect(claim?.paths).toEqual(["usr/bin/a", "usr/bin/it's b"]);
  expect(claim?.draft.snippet).toBe(
    "RUN make install \\\n    && ln -sf /opt/a /usr/bin/a \\\n    && ln -sf /opt/b '/usr/bin/it'\\''s b'",
  );
  const improved = await imageOf([
    step("RUN make install && ln -sf", ...copied, symlink("usr/bin/a", "/opt/a"), symlink("usr/bin/it's b", "/opt/b")),
  ]);
  expect(storedBytes(image) - storedBytes(improved)).toBe(claim?.bytes);
  expect(claims(improved)).toEqual([]);
});

test("each layer that stores copies has a finding, which names no link of another step", async () => {
  const image = await imageOf([
    step("COPY a /opt/", file("opt/a", content("a", 100_000))),
    step("COPY a /srv/", file("srv/a", content("a", 100_000))),
    step("RUN cp", file("usr/a", content("a", 100_000))),
  ]);
  expect(claims(image).map(({ paths, bytes }) => [...paths, bytes])).toEqual([
    ["srv/a", 100_000],
    ["usr/a", 100_000],
  ]);
  expect(claims(image)[0]?.draft.snippet).toBeUndefined();
});

test.each<[string, Member[]]>([
  ["little", [file("a", content("a", 5000)), file("b", content("a", 5000))]],
  ["other content", [file("a", content("a", 200_000)), file("b", content("b", 200_000))]],
  ["names of one file", [file("a", content("a", 200_000)), hardlink("b", "a")]],
])("nothing is said of %s", async (_, members) => {
  const [claim] = claims(await imageOf([step("COPY . .", ...members)]));
  expect((claim?.bytes ?? 0) >= (claim?.draft.worth ?? 0) && claim !== undefined).toBe(false);
});

test.each<[string, PackageType, [number, number], number]>([
  ["a package of the distribution brings", "deb", [0, 1], 0],
  ["one package has twice", "npm", [1, 1], 0],
  ["two packages have", "npm", [0, 1], 1],
])("what %s", async (_, type, owners, findings) => {
  const members = [file("a", content("a", 200_000)), file("b", content("a", 200_000))];
  const { inspection } = await imageOf([step("RUN install", ...members)]);
  const packages = [{ type }, { type }] as unknown as InstalledPackage[];
  const ownerOf = (inode: number) => owners[inode];
  const image = await imageOf([step("RUN install", ...members)], {
    inspection: { ...inspection, packages: { ...NOTHING_FOUND.packages, packages, ownerOf } },
  });
  expect(claims(image)).toHaveLength(findings);
});
