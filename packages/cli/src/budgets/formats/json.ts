/** `--format json`: the report of the image with its verdicts; of several images one document with all of them. */
import { type DiveCompat, diveCompat, printableJson, type ReportOptions, stringifyReport } from "@layerscope/core";
import { type CheckedImage, type CheckRun, type Format, isChecked } from "../check-run.ts";

/** As `layerscope --json` has them. */
export type JsonOptions = Pick<ReportOptions, "files" | "top">;

export function jsonFormat(options: JsonOptions): Format {
  return (run) => {
    const [image] = run.images;
    return run.images.length === 1 && image && isChecked(image) ? reportOf(image, options) : reportsOf(run, options);
  };
}

function reportOf(image: CheckedImage, options: JsonOptions): Iterable<string> {
  const { name, reference, analysis, base, verdicts, found } = image;
  return stringifyReport(analysis, {
    ...options,
    ...(name !== reference && { name }),
    reference,
    base,
    budgets: verdicts,
    ...found,
    dive: diveNumbers(image),
  });
}

/** Only when a verdict rests on them. */
function diveNumbers({ analysis, verdicts }: CheckedImage): DiveCompat | undefined {
  const isMeasured = verdicts.some(
    ({ budget, status }) => budget.limit.kind.startsWith("dive") && (status === "passed" || status === "failed"),
  );
  return isMeasured ? diveCompat(analysis.image) : undefined;
}

function* reportsOf({ images, verdict }: CheckRun, options: JsonOptions): Generator<string> {
  yield `{\n  "schemaVersion": 1,\n  "verdict": "${verdict}",\n  "reports": [`;
  let isFirst = true;
  for (const image of images) {
    if (!isChecked(image)) continue;
    yield isFirst ? "\n" : ",\n";
    isFirst = false;
    yield* reportOf(image, options);
  }
  const errors = images.flatMap((image) =>
    isChecked(image) ? [] : [{ name: image.name, message: image.error.message, code: image.error.code }],
  );
  yield `],\n  "errors": ${printableJson(JSON.stringify(errors))}\n}\n`;
}

/** Without lists of files, and with all waste. */
export const json: Format = jsonFormat({});
