/** An image of an engine, looked into in every way. */
import {
  type Advice,
  type Analysis,
  advise,
  analyse,
  CONTENT_INSPECTOR,
  type Finding,
  findBaseLayers,
  type Inspection,
  inspectImage,
  openSource,
  scanImage,
} from "@layerscope/core";
import type { RunningEngine } from "../engines/engines.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { dockerRun } from "./debian-base.ts";

export interface LookedInto {
  /** The archive that it was read from. */
  readonly path: string;
  readonly analysis: Analysis;
  readonly inspection: Inspection;
  readonly advice: Advice;
}

/** @param base the image that it was built from */
export async function lookInto(docker: RunningEngine, name: string, base?: LookedInto): Promise<LookedInto> {
  const path = temporaryPath(`${name}.tar`);
  await dockerRun(docker, "save", "--output", path, name);
  await using source = await openSource(path);
  const analysis = analyse(await scanImage(source, { inspector: CONTENT_INSPECTOR }));
  const inspection = await inspectImage(analysis);
  const layers = findBaseLayers(analysis.image.document, { base: base?.analysis.image.document });
  return { path, analysis, inspection, advice: advise(analysis, inspection, { base: layers }) };
}

/** `own apt-lists 3 1234`: scope, rule, layers and bytes. */
export const findingText = ({ rule, scope, layers, bytes }: Finding): string =>
  `${scope} ${rule.id} ${layers.join(",")} ${bytes}`;

export const rulesOf = ({ findings }: Advice, scope: string): string[] =>
  [...new Set(findings.filter((one) => one.scope === scope).map(({ rule }) => rule.id))].sort();
