/** A build server may have a terminal, but nobody who looks at it. */
export function isBuildServer({ CI: ci = "" }: NodeJS.ProcessEnv): boolean {
  return ["1", "true"].includes(ci.toLowerCase());
}
