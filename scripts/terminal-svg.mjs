// Draws screens of a terminal as SVG: one of them, or several one after the other. The same screens give the same file.

const CELL = { width: 8.4, height: 18 };
const FONT_SIZE = 14;
/** From the top of a row to the line that letters stand on. */
const BASELINE = 13.5;
const PADDING = 14;
const TITLE_HEIGHT = 34;
const FONTS = "'JetBrains Mono','Cascadia Mono','DejaVu Sans Mono',Menlo,Consolas,monospace";

const BACKGROUND = "#16181d";
const FOREGROUND = "#d5d9e0";
const FRAME = "#23262d";
const TITLE = "#9aa2b1";
const BUTTONS = ["#ff5f57", "#febc2e", "#28c840"];
// biome-ignore format: one line for the eight colours, one for their bright forms
const PALETTE = [
  "#2b2f38", "#f07178", "#98c379", "#e5b567", "#61a5f5", "#c792ea", "#56b6c2", "#c8ccd4",
  "#6b7280", "#ff8b92", "#b5e08f", "#ffd58a", "#85bdff", "#ddb3ff", "#7fd5e0", "#ffffff",
];
const LEVELS = [0, 95, 135, 175, 215, 255];

/**
 * @param {{ cells: object[][], key?: string, seconds?: number }[]} frames one for a still; `key` is written into the
 *   title, `seconds` is how long a frame stays
 * @param {{ columns: number, rows: number, title: string }} window
 */
export function terminalSvg(frames, { columns, rows, title }) {
  const width = round(columns * CELL.width + 2 * PADDING);
  const height = round(rows * CELL.height + 2 * PADDING + TITLE_HEIGHT);
  /** Rows that are drawn the same are in the file once. */
  const drawn = new Map();
  const bodies = frames.map(({ cells, key }, number) => {
    const uses = cells.map((row, y) => {
      const drawing = drawRow(row);
      if (drawing === "") return "";
      if (!drawn.has(drawing)) drawn.set(drawing, `r${drawn.size}`);
      return `<use href="#${drawn.get(drawing)}" y="${round(y * CELL.height)}"/>`;
    });
    const label = key === undefined ? "" : keyLabel(key, width);
    return `<g${frames.length > 1 ? ` class="f f${number}"` : ""}>${label}<g transform="translate(${PADDING} ${TITLE_HEIGHT + PADDING})">${uses.join("")}</g></g>`;
  });
  const rowsOnce = Array.from(drawn, ([drawing, id]) => `<g id="${id}">${drawing}</g>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONTS}" font-size="${FONT_SIZE}">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{white-space:pre}${frames.length > 1 ? animation(frames) : ""}</style>`,
    `<defs>\n${rowsOnce.join("\n")}\n</defs>`,
    `<rect width="${width}" height="${height}" rx="9" fill="${FRAME}"/>`,
    `<rect y="${TITLE_HEIGHT}" width="${width}" height="${height - TITLE_HEIGHT - 9}" fill="${BACKGROUND}"/>`,
    `<rect y="${height - 30}" width="${width}" height="30" rx="9" fill="${BACKGROUND}"/>`,
    ...BUTTONS.map((color, i) => `<circle cx="${20 + i * 20}" cy="${TITLE_HEIGHT / 2}" r="6" fill="${color}"/>`),
    `<text x="${width / 2}" y="${TITLE_HEIGHT / 2 + 5}" text-anchor="middle" fill="${TITLE}">${escaped(title)}</text>`,
    ...bodies,
    "</svg>\n",
  ].join("\n");
}

/** Each frame is visible in its part of the whole time. Where motion is not wanted, the first one stays. */
function animation(frames) {
  const total = frames.reduce((sum, { seconds = 1 }) => sum + seconds, 0);
  let begin = 0;
  const rules = frames.map(({ seconds = 1 }, number) => {
    const from = round((begin / total) * 100);
    begin += seconds;
    const to = round((begin / total) * 100);
    const steps = [
      ...(from > 0 ? ["0%{visibility:hidden}"] : []),
      `${from}%{visibility:visible}`,
      ...(to < 100 ? [`${to}%{visibility:hidden}`] : []),
    ];
    return `@keyframes k${number}{${steps.join("")}}.f${number}{animation-name:k${number}}`;
  });
  return [
    `.f{visibility:hidden;animation:${round(total)}s step-end infinite}`,
    ...rules,
    "@media (prefers-reduced-motion){.f{animation:none}.f0{visibility:visible}}",
  ].join("");
}

function keyLabel(key, width) {
  const boxWidth = round(key.length * CELL.width + 16);
  const x = round(width - boxWidth - 8);
  return (
    `<rect x="${x}" y="6" width="${boxWidth}" height="22" rx="5" fill="#3a3f4b"/>` +
    `<text x="${round(x + boxWidth / 2)}" y="${TITLE_HEIGHT / 2 + 5}" text-anchor="middle" fill="#ffffff">${escaped(key)}</text>`
  );
}

/** One row, at the top of the picture: first the backgrounds, then what is on them. */
function drawRow(cells) {
  const runs = runsOf(cells);
  const backgrounds = runs.filter(({ background }) => background !== BACKGROUND).map(drawBackground);
  const characters = runs.filter(({ text, underline }) => text.trim() !== "" || underline).map(drawCharacters);
  return [...backgrounds, ...characters].join("");
}

/** Cells of one look beside each other, as one. Only ASCII is as wide in every font as the grid says. */
function runsOf(cells) {
  const runs = [];
  for (const cell of cells) {
    const look = lookOf(cell);
    const last = runs.at(-1);
    const joins =
      last?.look === look.look && (isAscii(last.text) ? isAscii(cell.text) : canBeLong(last.text, cell.text));
    if (joins) {
      last.text += cell.text;
      last.cells += cell.width;
    } else {
      runs.push({ ...look, x: cell.x, cells: cell.width, text: cell.text });
    }
  }
  return runs;
}

const isAscii = (text) => /^[ -~]+$/.test(text);

/** Whether cells of this shape beside each other are one longer shape, without seams. */
const canBeLong = (run, text) => run[0] === text && "█░▒▓─".includes(text);

function lookOf({ foreground, background, bold, dim, italic, underline, inverse }) {
  const colors = [rgb(foreground) ?? FOREGROUND, rgb(background) ?? BACKGROUND];
  const [front, back] = inverse ? colors.toReversed() : colors;
  const attributes = [
    `fill="${front}"`,
    ...(bold ? ['font-weight="700"'] : []),
    ...(italic ? ['font-style="italic"'] : []),
    ...(underline ? ['text-decoration="underline"'] : []),
    ...(dim ? ['opacity="0.6"'] : []),
  ].join(" ");
  return { look: `${attributes} ${back}`, attributes, background: back, underline };
}

function drawBackground({ x, cells, background }) {
  return `<rect x="${round(x * CELL.width)}" width="${round(cells * CELL.width)}" height="${CELL.height}" fill="${background}"/>`;
}

function drawCharacters({ x, cells, text, attributes, underline }) {
  const shape = shapeOf(text[0], cells);
  const left = round(x * CELL.width);
  if (shape) return `<path transform="translate(${left})" d="${shape.path}" ${attributes}${shape.opacity}/>`;
  const lead = underline ? 0 : text.length - text.trimStart().length;
  const shown = underline ? text : text.trim();
  const width = round((underline ? cells : isAscii(shown) ? shown.length : cells) * CELL.width);
  const at = round(left + lead * CELL.width);
  return `<text x="${at}" y="${BASELINE}" textLength="${width}" lengthAdjust="spacingAndGlyphs" ${attributes}>${escaped(shown)}</text>`;
}

/** Left, right, up, down of the characters that lines are made of. */
const LINES = {
  "─": "lr",
  "│": "ud",
  "┌": "rd",
  "┐": "ld",
  "└": "ru",
  "┘": "lu",
  "╭": "rd",
  "╮": "ld",
  "╰": "ru",
  "╯": "lu",
  "├": "rud",
  "┤": "lud",
  "┬": "lrd",
  "┴": "lru",
  "┼": "lrud",
};
const SHADES = { "░": 0.3, "▒": 0.55, "▓": 0.8 };

/** Lines and blocks are drawn, for in fonts they are seldom as high as a row. */
function shapeOf(text, cells) {
  const { height } = CELL;
  const width = cells * CELL.width;
  const directions = LINES[text];
  if (directions) {
    const [x, y] = [width / 2 - 0.6, height / 2 - 0.6];
    const bars = {
      l: box(0, y, x + 1.2, 1.2),
      r: box(x, y, width - x, 1.2),
      u: box(x, 0, 1.2, y + 1.2),
      d: box(x, y, 1.2, height - y),
    };
    return { path: [...directions].map((each) => bars[each]).join(""), opacity: "" };
  }
  if (SHADES[text]) return { path: box(0, 2, width, height - 4), opacity: ` fill-opacity="${SHADES[text]}"` };
  const code = text.codePointAt(0) - 0x2588;
  // A full block, and those that are narrower by an eighth each.
  if (code >= 0 && code < 8) {
    return { path: box(0, 2, (width * (8 - code)) / 8, height - 4), opacity: "" };
  }
  return undefined;
}

const box = (x, y, width, height) => `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;

function rgb(color) {
  if (typeof color !== "number") return color;
  if (color < 16) return PALETTE[color];
  if (color >= 232) return hex(Array(3).fill(8 + (color - 232) * 10));
  const index = color - 16;
  return hex([Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map((level) => LEVELS[level]));
}

const hex = (levels) => `#${levels.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
const round = (value) => Math.round(value * 100) / 100;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]);
