/** Opens what a reference names, with what the command line, the environment and the user's configuration say of it. */
import { type Mirrors, type OpenSourceOptions, openSource, type Source } from "@layerscope/core";
import { printStep } from "../output/messages.ts";
import { defaultPlatform } from "./platform.ts";
import { pullOption, type SourceOptions } from "./source-options.ts";

export interface OpenReferenceOptions extends Pick<OpenSourceOptions, "spool" | "onSpooled" | "signal"> {
  /** The terminal shows something else: nothing is printed or asked, and what was answered before counts. */
  readonly silent?: boolean;
}

/** @throws LayerscopeError as `openSource` */
export async function openReference(
  reference: string,
  options: SourceOptions,
  { silent = false, ...local }: OpenReferenceOptions = {},
): Promise<Source> {
  const { platform = defaultPlatform(), insecure, verbose, quiet } = options;
  const tells = verbose === true && !silent;
  const source = await openSource(reference, {
    ...local,
    platform,
    pull: pullOption(options),
    insecure,
    mirrors: configuredMirrors,
    confirmPull: async (name) => {
      const { askForPull } = await import("./ask-for-pull.ts");
      return askForPull(name, { mayAsk: !quiet && !silent, signal: local.signal });
    },
    onStep: tells ? printStep : undefined,
  });
  if (tells && source.steps === undefined) printStep({ place: source.location, outcome: FOUND_AS[source.kind] });
  return source;
}

const FOUND_AS: Readonly<Record<Source["kind"], string>> = {
  directory: "a directory",
  file: "a file",
  stream: "a file or a pipe that can only be read from its beginning",
  engine: "found",
  registry: "found",
};

/** Of the user's configuration, which nothing else of a scan needs. */
async function configuredMirrors(): Promise<Mirrors> {
  const { loadUserConfig } = await import("../config/user-config.ts");
  return (await loadUserConfig(process.env)).mirrors;
}
