/** The text of a configuration → what it sets, or what is wrong with it and where. Loaded only where there is a file. */
import { LocatedYaml, type Path, type Problem } from "../../config/located-yaml.ts";
import { problemsOf } from "../../config/schema-problems.ts";
import type { LocatedBudget } from "../check-run.ts";
import type { BudgetSettings, ImageSettings } from "../settings.ts";
import { ruleProblems } from "./budget-rules.ts";
import { configSchema, type WrittenBudget, type WrittenConfig, type WrittenImage } from "./config-schema.ts";
import { CONFIG_HINT, WORDING } from "./config-wording.ts";
import { defaultBudgetName, LIMIT_KINDS } from "./limit-kinds.ts";
import { parseLimit } from "./parse-limit.ts";
import { parseRules } from "./parse-rules.ts";
import { type Parsed, parseSize } from "./quantities.ts";

export interface ConfigSource {
  /** As it is found from the working directory, with `/`. */
  readonly file: string;
  /** The key of a JSON document that the configuration is the value of. */
  readonly within?: string | undefined;
  /** What a reference to an image or a file means from the working directory; what is written when left out. */
  readonly resolve?: ((reference: string) => string) | undefined;
}

/**
 * Reads a configuration.
 * @throws LayerscopeError `invalid-config`: the message has `file:line:column` of the first mistake, the choices are the others
 */
export function parseBudgets(text: string, source: ConfigSource): BudgetSettings {
  const yaml = new LocatedYaml(text, { file: source.file, hint: CONFIG_HINT, within: source.within });
  const { value } = yaml;
  if (value === undefined) return yaml.refuse([{ path: [], text: `it has no key "${source.within}"` }]);
  if (value === null) {
    return yaml.refuse([{ path: [], text: "the configuration is empty; it needs a list of budgets" }]);
  }
  const parsed = configSchema.safeParse(value);
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error.issues, value, WORDING)), ...ruleProblems(value)];
  if (!parsed.success || problems.length > 0) return yaml.refuse(problems);
  return new SettingsMaker(yaml, source, parsed.data).make();
}

/** Makes settings of a configuration whose form is right; what may still be wrong are numbers too large to count with. */
class SettingsMaker {
  readonly #yaml: LocatedYaml;
  readonly #source: ConfigSource;
  readonly #written: WrittenConfig;
  readonly #problems: Problem[] = [];

  constructor(yaml: LocatedYaml, source: ConfigSource, written: WrittenConfig) {
    this.#yaml = yaml;
    this.#source = source;
    this.#written = written;
  }

  make(): BudgetSettings {
    const { images = [], budgets, units, rules = {}, secrets, ignore } = this.#written;
    const settings: BudgetSettings = {
      file: this.#source.file,
      images: images.map((image, index) => this.#image(image, ["images", index])),
      budgets: this.#budgets(budgets, []),
      ...this.#base(this.#written),
      ...(units && { units }),
      rules: parseRules(rules, {
        size: (written, path) => this.#parsedSize(written, path),
        origin: (path) => this.#origin(path, true),
      }),
      ignore: listOf(ignore),
      ...(secrets?.allow && { allowedSecrets: { ...secrets.allow, paths: listOf(secrets.allow.paths) } }),
      warnings: [],
    };
    if (this.#problems.length > 0) this.#yaml.refuse(this.#problems);
    return { ...settings, warnings: sameNames(settings) };
  }

  #image(written: string | WrittenImage, path: Path): ImageSettings {
    if (typeof written === "string") return { name: written, reference: this.#resolved(written), budgets: [] };
    const { reference, name = reference, platform, budgets } = written;
    return {
      name,
      reference: this.#resolved(reference),
      ...(platform !== undefined && { platform }),
      ...this.#base(written),
      budgets: this.#budgets(budgets, path),
    };
  }

  #base({ base, baseLayers, baseline }: Pick<WrittenImage, "base" | "baseLayers" | "baseline">) {
    return {
      ...(base !== undefined && { base: this.#resolved(base) }),
      ...(baseLayers !== undefined && { baseLayers }),
      ...(baseline !== undefined && { baseline: this.#resolved(baseline) }),
    };
  }

  #resolved(reference: string): string {
    return this.#source.resolve?.(reference) ?? reference;
  }

  #budgets(written: readonly WrittenBudget[] = [], around: Path): LocatedBudget[] {
    return written.flatMap((budget, index) => this.#budget(budget, [...around, "budgets", index]) ?? []);
  }

  #budget(written: WrittenBudget, path: Path): LocatedBudget | undefined {
    const kind = LIMIT_KINDS.find(({ key }) => written[key] !== undefined);
    const value = kind && written[kind.key];
    // budget-rules.ts has seen to it that there is one.
    if (kind === undefined || value === undefined) return undefined;
    const butAtLeast = this.#size(written.butAtLeast, [...path, "butAtLeast"]);
    const limit = parseLimit(kind.key, value, { cause: written.cause, butAtLeast });
    if ("problem" in limit) {
      this.#problem([...path, kind.key], limit.problem);
      return undefined;
    }
    const { layers = "image", severity = "error" } = written;
    const paths = written.paths === undefined ? undefined : listOf(written.paths);
    const ignore = kind.paths ? [...listOf(written.ignore), ...listOf(this.#written.ignore)] : [];
    return {
      name: written.name ?? defaultBudgetName(limit.value, { paths, layers }),
      limit: limit.value,
      layers,
      ...(paths && { paths }),
      ...(ignore.length > 0 && { ignore }),
      severity,
      origin: this.#origin(path),
    };
  }

  #origin(path: Path, atKey = false): LocatedBudget["origin"] {
    return { kind: "file", file: this.#source.file, line: this.#yaml.lineOf(path, atKey) };
  }

  #size(written: string | number | undefined, path: Path): number | undefined {
    if (written === undefined) return undefined;
    const size = this.#parsedSize(written, path);
    return "value" in size ? size.value : undefined;
  }

  #parsedSize(written: string | number, path: Path): Parsed<number> {
    const size = parseSize(written);
    if ("problem" in size) this.#problem(path, size.problem);
    return size;
  }

  #problem(path: Path, problem: string): void {
    this.#problems.push({ path, text: `${path.join(".")}: ${problem}` });
  }
}

function listOf(patterns: string | readonly string[] | undefined): readonly string[] {
  return typeof patterns === "string" ? [patterns] : (patterns ?? []);
}

/** Reports tell images apart by their names. */
function sameNames({ file, images }: BudgetSettings): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name } of images) (seen.has(name) ? repeated : seen).add(name);
  return [...repeated].map((name) => `${file}: several images are called ${name}; give each a name of its own`);
}
