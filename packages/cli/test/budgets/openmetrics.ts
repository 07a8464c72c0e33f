/** A small, strict reader of the text format of OpenMetrics 1.0, as far as gauges need it. */

export interface MetricFamily {
  readonly type: string;
  readonly unit: string | undefined;
  readonly help: string | undefined;
  /** Values by their labels, as one text of JSON. */
  readonly samples: ReadonlyMap<string, number>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const ESCAPED: Readonly<Record<string, string>> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };

/** @throws Error for whatever the specification does not allow */
export function parseOpenMetrics(text: string): Map<string, MetricFamily> {
  if (!text.endsWith("# EOF\n")) throw new Error("no # EOF at the end");
  const lines = text.slice(0, -1).split("\n");
  const families = new Map<string, MetricFamily & { samples: Map<string, number> }>();
  let current = "";
  for (const [index, line] of lines.entries()) {
    const fail = (what: string): never => {
      throw new Error(`line ${index + 1}: ${what}: ${line}`);
    };
    if (line === "# EOF") {
      if (index !== lines.length - 1) fail("# EOF is not the last line");
      continue;
    }
    if (line.startsWith("#")) {
      const [, keyword, name = "", rest = ""] = /^# (TYPE|UNIT|HELP) (\S+) (.+)$/.exec(line) ?? fail("no metadata");
      if (!NAME.test(name)) fail("no name of a metric");
      if (name !== current) {
        // All lines of a family stand together.
        if (families.has(name)) fail("comes twice");
        families.set(name, { type: "unknown", unit: undefined, help: undefined, samples: new Map() });
        current = name;
      }
      const family = families.get(name) ?? fail("no family");
      if (family.samples.size > 0) fail("stands behind its samples");
      const key = String(keyword).toLowerCase() as "type" | "unit" | "help";
      if (family[key] !== undefined && family[key] !== "unknown") fail("says it twice");
      if (key === "unit" && !name.endsWith(`_${rest}`)) fail("the name does not end with the unit");
      families.set(name, { ...family, [key]: key === "help" ? unescaped(rest, fail) : rest });
      continue;
    }
    const [, name = "", labels = "", value = ""] = /^([^{ ]+)\{(.*)\} (\S+)$/.exec(line) ?? fail("no sample");
    if (name !== current) fail("stands in another family");
    if (!NUMBER.test(value)) fail("no number");
    const key = JSON.stringify(parseLabels(labels, fail));
    const samples = families.get(name)?.samples ?? fail("no family");
    if (samples.has(key)) fail("comes twice");
    samples.set(key, Number(value));
  }
  return families;
}

function parseLabels(text: string, fail: (what: string) => never): Record<string, string> {
  const labels: Record<string, string> = {};
  const pattern = /([^=]*)="((?:[^"\\]|\\.)*)"(,|$)/gy;
  for (let end = 0; end < text.length; end = pattern.lastIndex) {
    const [, name = "", value = "", comma = ""] = pattern.exec(text) ?? fail("no label");
    if (!LABEL_NAME.test(name) || name in labels) fail("no name of a label, or one twice");
    if (comma === "," && pattern.lastIndex === text.length) fail("nothing behind the comma");
    labels[name] = unescaped(value, fail);
  }
  return labels;
}

function unescaped(text: string, fail: (what: string) => never): string {
  return text.replace(/\\./gs, (pair) => ESCAPED[pair] ?? fail("no such escape"));
}
