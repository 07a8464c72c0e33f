/**
 * What the schema of Jenkins' xUnit plugin allows (its junit-10.xsd), as far as one file can be held against it without the
 * schema: elements and where they may stand, attributes, and which of them must be there. Besides, that counts are right.
 */
import { XMLParser, XMLValidator } from "fast-xml-parser";

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface Allowed {
  readonly children: readonly string[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly text: boolean;
}

const outcome: Allowed = { children: [], required: [], optional: ["type", "message"], text: true };

const ALLOWED: Readonly<Record<string, Allowed>> = {
  testsuites: {
    children: ["testsuite"],
    required: [],
    optional: ["name", "time", "tests", "failures", "errors"],
    text: false,
  },
  testsuite: {
    children: ["testsuite", "properties", "testcase", "system-out", "system-err"],
    required: ["name", "tests", "failures", "errors"],
    optional: ["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
    text: false,
  },
  testcase: {
    children: ["skipped", "error", "failure", "system-out", "system-err"],
    required: ["name"],
    optional: ["time", "classname", "group"],
    text: false,
  },
  failure: outcome,
  error: outcome,
  skipped: outcome,
  "system-out": { children: [], required: [], optional: [], text: true },
  "system-err": { children: [], required: [], optional: [], text: true },
};

/** Parses a report. @throws Error when it is no XML, or not what the schema allows, or counts wrongly */
export function parseJunit(text: string): XmlElement {
  const validity = XMLValidator.validate(text);
  if (validity !== true) throw new Error(`no XML: ${JSON.stringify(validity)}`);
  const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (forbidden) throw new Error(`no character of XML 1.0 at ${forbidden.index}`);
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    trimValues: false,
    // Any number of references, since there are no entities of one's own.
    processEntities: { enabled: true, maxTotalExpansions: Number.MAX_SAFE_INTEGER, maxExpandedLength: 1e9 },
    htmlEntities: true,
  });
  const nodes = parser.parse(text) as Node[];
  const roots = nodes.filter((node) => !("?xml" in node) && !("#text" in node)).map(elementOf);
  const [root] = roots;
  if (!root || roots.length > 1 || root.name !== "testsuites") throw new Error("no testsuites at the top");
  checkElement(root);
  checkCounts(root);
  return root;
}

type Node = Readonly<Record<string, unknown>>;

function elementOf(node: Node): XmlElement {
  const name = Object.keys(node).find((key) => key !== ":@") ?? "";
  const inside = node[name] as Node[];
  return {
    name,
    attributes: (node[":@"] ?? {}) as Record<string, string>,
    children: inside.filter((child) => !("#text" in child)).map(elementOf),
    text: inside.map((child) => ("#text" in child ? String(child["#text"]) : "")).join(""),
  };
}

function checkElement({ name, attributes, children, text }: XmlElement): void {
  const allowed = ALLOWED[name];
  if (!allowed) throw new Error(`no such element: ${name}`);
  for (const required of allowed.required) {
    if (!(required in attributes)) throw new Error(`${name} has no ${required}`);
  }
  for (const attribute of Object.keys(attributes)) {
    if (![...allowed.required, ...allowed.optional].includes(attribute)) throw new Error(`${name} has ${attribute}`);
  }
  if (!allowed.text && text.trim() !== "") throw new Error(`${name} has text`);
  for (const child of children) {
    if (!allowed.children.includes(child.name)) throw new Error(`${child.name} stands in ${name}`);
    checkElement(child);
  }
}

const COUNTED = { tests: undefined, failures: "failure", errors: "error", skipped: "skipped" } as const;

function checkCounts(root: XmlElement): void {
  for (const element of [root, ...root.children]) {
    const cases = casesIn(element);
    for (const [attribute, outcome] of Object.entries(COUNTED)) {
      const claimed = element.attributes[attribute];
      if (claimed === undefined) continue;
      const counted = cases.filter(({ children }) => !outcome || children.some(({ name }) => name === outcome)).length;
      if (claimed !== String(counted)) throw new Error(`${attribute} of ${element.name}: ${claimed}, not ${counted}`);
    }
  }
}

/** All cases below an element. */
export function casesIn({ children }: XmlElement): XmlElement[] {
  return children.flatMap((child) => (child.name === "testcase" ? [child] : casesIn(child)));
}
