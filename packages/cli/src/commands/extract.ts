import { escapeText, extractFiles, ROOT, resolvePath } from "@layerscope/core";
import { layerOption, openImage } from "../context.ts";
import { type ImageOptions, unitsOf } from "../image-options.ts";
import { interruption } from "../interruption.ts";
import { formatBytes } from "../output/bytes.ts";
import { reportTrouble } from "../output/messages.ts";
import { plural } from "../output/plural.ts";

interface ExtractOptions extends ImageOptions {
  readonly to: string;
  readonly layer?: string;
}

/** `layerscope extract IMAGE [PATH…] --to DIR`: files keep their path below DIR. */
export async function extract(reference: string, paths: readonly string[], options: ExtractOptions): Promise<void> {
  await using opened = await openImage(reference, options, { rereadable: true });
  const { image, progress } = opened;
  const layer = layerOption(image, options.layer);
  const nodes = paths.map((path) => resolvePath(image.tree, path, { layer, followLast: false }));
  const { files, directories, symlinks, bytes, skipped } = await extractFiles(image, {
    layer,
    nodes: nodes.length > 0 ? nodes : [ROOT],
    directory: options.to,
    signal: interruption.signal,
    onFile: (path) => progress.show(`Writing ${path}`),
  });
  progress.clear();
  if (!options.quiet) {
    const size = formatBytes(bytes, unitsOf(options));
    process.stderr.write(
      `layerscope: wrote ${plural(files, "file")} (${size}), ${plural(directories, "directory", "directories")} and ${plural(symlinks, "link")} to ${escapeText(options.to)}\n`,
    );
    if (skipped.length > 0) {
      process.stderr.write(
        `layerscope: left out ${plural(skipped.length, "device or pipe", "devices and pipes")}: ${skipped.slice(0, 5).join(", ")}\n`,
      );
    }
  }
  reportTrouble(image, options.quiet === true);
}
