/** How many columns a line takes, found without the code that is tested. */

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Regional_Indicator}{2}/u;
const NOTHING = /^\p{M}+$/u;

const segmenter = new Intl.Segmenter("en");

export function displayWidth(line: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(line)) width += WIDE.test(segment) ? 2 : NOTHING.test(segment) ? 0 : 1;
  return width;
}

export const widest = (text: string): number => Math.max(...text.split("\n").map(displayWidth));
