/** Configurations written for images that are made for it, in a directory of their own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyse, type BudgetVerdict, checkBudgets, openSource, scanImage } from "@layerscope/core";
import { baseOf } from "../../src/base-layers.ts";
import type { LocatedVerdict } from "../../src/budgets/check-run.ts";
import { loadBudgetSettings } from "../../src/budgets/config/load-settings.ts";
import type { BudgetSettings } from "../../src/budgets/settings.ts";
import { init } from "../../src/commands/init.ts";

export class Directory implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "layerscope-test-"));

  /** @returns the file's path */
  write(name: string, content: Uint8Array | string): string {
    const path = join(this.path, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  /** Writes a configuration for an image of the directory, without a word. */
  async init(image: string | undefined, options: Partial<Parameters<typeof init>[1]> = {}): Promise<string> {
    const name = "layerscope.yaml";
    const reference = image === undefined ? undefined : join(this.path, image);
    await init(reference, { color: false, quiet: true, output: join(this.path, name), ...options });
    return this.read(name);
  }

  settings(config = "layerscope.yaml"): Promise<BudgetSettings> {
    return settingsIn(this.path, config);
  }

  /** What the budgets of the configuration come to for an image of the directory. */
  async check(image: string): Promise<BudgetVerdict[]> {
    const { budgets, base, baseLayers } = await this.settings();
    await using source = await openSource(join(this.path, image));
    const analysis = analyse(await scanImage(source));
    const layers = await baseOf(analysis.image.document, {
      ...(base !== undefined && { base: join(this.path, base) }),
      ...(baseLayers !== undefined && { baseLayers: String(baseLayers) }),
    });
    return checkBudgets(analysis, budgets, { base: layers });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

async function settingsIn(cwd: string, config: string): Promise<BudgetSettings> {
  const settings = await loadBudgetSettings({ cwd, config });
  if (!settings) throw new Error("there is no configuration");
  return settings;
}

/** The limits that a configuration sets, by kind. */
export const kindsOf = ({ budgets }: BudgetSettings): string[] => budgets.map(({ limit }) => limit.kind);

/** The verdicts that are not passed. */
export const brokenOf = (verdicts: readonly (BudgetVerdict | LocatedVerdict)[]): string[] =>
  verdicts.filter(({ status }) => status !== "passed").map(({ budget, status }) => `${budget.name} ${status}`);
