/** Options about the image that commands share. Apart from what opens it, which help and version do without. */
import type { Command } from "commander";
import type { Units } from "./output/bytes.ts";
import { addSourceOptions, type SourceOptions } from "./sources/source-options.ts";

/** Options that every command with an image has. */
export interface ImageOptions extends SourceOptions {
  readonly image?: string;
  readonly verify?: boolean;
  readonly iec?: boolean;
  readonly color: boolean;
}

/** @param quiet what `--quiet` does */
export function addImageOptions(command: Command, quiet = "no progress and no warnings on standard error"): Command {
  return addSourceOptions(
    command.option("--platform <os/arch[/variant]>", "the platform to take of an image for several"),
  )
    .option("--image <number|name>", "the image to take of an archive with several; numbers count from 1")
    .option("--verify", "check the digests of everything that is read")
    .option("-q, --quiet", quiet)
    .option("--si", "sizes in powers of 1000 (kB, MB); the default")
    .option("--iec", "sizes in powers of 1024 (KiB, MiB)")
    .option("--no-color", "no colours; NO_COLOR does the same");
}

/** Options that say which layers belong to the base image. */
export interface BaseOptions {
  readonly base?: string;
  readonly baseLayers?: string;
}

export function addBaseOptions(command: Command): Command {
  return command
    .option("--base <image>", "the base image: what it shares is not the image's own")
    .option("--base-layers <n>", "how many of the oldest layers belong to the base image");
}

export function unitsOf({ iec }: ImageOptions): Units {
  return iec ? "iec" : "si";
}
