/** An image that tries to reach the terminal with everything that can have a name. */
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { dir, file, symlink, tar, whiteout } from "../../fixtures/build/tar.ts";

export const EVIL = "\u001b]0;owned\u0007\u001b[31m\r\n\u202egpj\u2066\u009b1m\u0000";
/** What no line of text may have: controls (a line feed ends a line), and what changes the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
export const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

const content = "x".repeat(5000);

export function hostileImage(): Buffer {
  const notUtf8 = Buffer.concat([Buffer.from(`d/${EVIL}`), Buffer.from([0xff, 0x9b, 0x1b])]);
  // NUL ends a name in a header, so that only what pax carries could have one.
  const withoutNul = Buffer.from(notUtf8.filter((byte) => byte !== 0));
  const evil = EVIL.replace("\u0000", "");
  return dockerSaveNew({
    tags: [`evil/${EVIL}:1`, `other${EVIL}:2`],
    platform: { os: `linux${EVIL}`, architecture: EVIL },
    created: `20${EVIL}`,
    layers: [
      tar([
        dir("d"),
        file(`d/${evil}`, content),
        file(`d/${evil}`, `${content}2`),
        file(withoutNul, content),
        file(`kept-${evil}`, content),
        symlink(`link-${evil}`, `to-${evil}`),
        { path: `device-${evil}`, type: "char" },
        { path: `odd-${evil}`, typeflag: "V" },
        file(`../../clamped-${evil}`, content),
      ]),
      tar([whiteout("d"), file("text", `safe\n${evil}\tend\n`), file("binary", `\u0000${EVIL}`)]),
      tar([file("c", "1")]),
    ],
    history: [
      { created: EVIL, created_by: `RUN /bin/sh -c ${EVIL} && ${EVIL} # buildkit`, comment: EVIL },
      { created_by: "", comment: EVIL },
      { created_by: `COPY ${EVIL}`, author: EVIL },
    ],
    config: { Labels: { [EVIL]: EVIL }, User: EVIL },
    broken: { missing: [2] },
  });
}

/** Names of characters of every width. */
export function wideImage(): Buffer {
  const names = [
    "日本語".repeat(40),
    "🇩🇪".repeat(60),
    "1\ufe0f\u20e3".repeat(60),
    "☀\ufe0f".repeat(60),
    `e${"\u0301".repeat(30)}`.repeat(40),
    `${"a/".repeat(60)}한글${"漢".repeat(50)}`,
    "ｱ".repeat(100),
    "x".repeat(250),
  ];
  const lower = tar(names.map((name, index) => file(`w/${name}`, "x".repeat(3000 + index))));
  const upper = tar(names.map((name, index) => file(`w/${name}`, "y".repeat(4000 + index))));
  const long = `RUN /bin/sh -c ${"echo 日本語🇩🇪 ".repeat(50)}`;
  return dockerSaveNew({
    tags: ["日本".repeat(60), "t".repeat(200)],
    layers: [lower, upper, ...Array.from({ length: 12 }, () => tar([file("z".repeat(99), "z".repeat(90_000))]))],
    history: [long, "🇩🇪".repeat(80), ...Array.from({ length: 12 }, () => long)].map((created_by) => ({ created_by })),
  });
}
