/** `--format metrics`: numbers over time, in the text format of OpenMetrics. */
import type { Analysis } from "@layerscope/core";
import { type Format, isChecked } from "../check-run.ts";
import { type NamedImage, type NamedVerdict, namedImages } from "./named-verdicts.ts";

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A gauge. A unit is the last word of its name, too. */
interface Family {
  readonly name: string;
  readonly unit?: "bytes" | "ratio";
  readonly help: string;
  readonly samples: (image: NamedImage) => readonly Sample[];
}

/**
 * Sizes only of images that were read to their end: those of a part would look as if the image had shrunk. Budgets only
 * where there is a verdict.
 */
export const metrics: Format = function* (run) {
  const images = namedImages(run);
  for (const { name, unit, help, samples } of FAMILIES) {
    yield `# TYPE ${name} gauge\n`;
    if (unit) yield `# UNIT ${name} ${unit}\n`;
    yield `# HELP ${name} ${help}\n`;
    for (const image of images) {
      for (const { labels, value } of samples(image)) yield `${name}{${labelPairs(labels)}} ${value}\n`;
    }
  }
  yield "# EOF\n";
};

const FAMILIES: readonly Family[] = [
  {
    name: "layerscope_image_complete",
    help: "1 when the image was read to its end, else 0.",
    samples: (image) => [{ labels: { image: image.name }, value: analysisOf(image)?.image.complete ? 1 : 0 }],
  },
  {
    name: "layerscope_stored_bytes",
    unit: "bytes",
    help: "Bytes of all files that the layers store.",
    samples: ofImage(({ accounts }) => accounts.storedBytes),
  },
  {
    name: "layerscope_final_bytes",
    unit: "bytes",
    help: "Bytes of the files that a container sees.",
    samples: ofImage(({ accounts }) => accounts.finalBytes),
  },
  {
    name: "layerscope_wasted_bytes",
    unit: "bytes",
    help: "Bytes that are stored and that no container sees.",
    samples: ofImage(({ accounts }) => accounts.wastedBytes),
  },
  {
    name: "layerscope_efficiency_ratio",
    unit: "ratio",
    help: "Bytes that a container sees by the bytes stored; 1 when nothing is stored.",
    samples: ofImage(({ accounts }) => accounts.efficiency),
  },
  {
    name: "layerscope_compressed_bytes",
    unit: "bytes",
    help: "Bytes of the blobs of the layers, as they travel.",
    samples: ofImage(compressedBytes),
  },
  {
    name: "layerscope_layers",
    help: "Number of layers, empty ones too.",
    samples: ofImage(({ image }) => image.layers.length),
  },
  {
    name: "layerscope_files",
    help: "Number of regular files that a container sees, by path.",
    samples: ofImage(({ accounts }) => accounts.paths.files),
  },
  {
    name: "layerscope_budget_value",
    help: "What was measured for a budget.",
    samples: ofBudgets(({ verdict: { unit, value } }) => ({ labels: { unit }, value })),
  },
  {
    name: "layerscope_budget_limit",
    help: "What the value of a budget may be at most; of efficiencies, at least.",
    samples: ofBudgets(({ verdict: { unit, limit } }) => ({ labels: { unit }, value: limit })),
  },
  {
    name: "layerscope_budget_failed",
    help: "1 when a budget failed, 0 when it passed.",
    samples: ofBudgets(({ verdict: { status, budget } }) => ({
      labels: { severity: budget.severity },
      value: status === "failed" ? 1 : 0,
    })),
  },
];

function analysisOf({ result }: NamedImage): Analysis | undefined {
  return isChecked(result) ? result.analysis : undefined;
}

function ofImage(measure: (analysis: Analysis) => number | undefined): Family["samples"] {
  return (image) => {
    const analysis = analysisOf(image);
    const value = analysis?.image.complete ? measure(analysis) : undefined;
    return value === undefined ? [] : [{ labels: { image: image.name }, value }];
  };
}

function ofBudgets(measure: (named: NamedVerdict) => { labels: Labels; value: number | undefined }): Family["samples"] {
  return ({ name: image, verdicts }) =>
    verdicts.flatMap((named) => {
      const { status } = named.verdict;
      const { labels, value } = measure(named);
      if (value === undefined || (status !== "passed" && status !== "failed")) return [];
      return [{ labels: { image, budget: named.name, ...labels }, value }];
    });
}

function compressedBytes({ image }: Analysis): number | undefined {
  let sum = 0;
  for (const { blobBytes } of image.layers) {
    if (blobBytes === undefined) return undefined;
    sum += blobBytes;
  }
  return sum;
}

function labelPairs(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&")}"`)
    .join(",");
}
