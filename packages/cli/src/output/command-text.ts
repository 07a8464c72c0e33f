/** History commands as people wrote them in the Dockerfile, as far as what builders made of them tells. */

/** One line, harmless only after escaping: without the shell and the builders' own marks. */
export function dockerfileCommand(createdBy: string): string {
  return createdBy
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, "")
    .replace(/^\/bin\/sh -c /, "RUN ")
    .replace(/^RUN (\|\d+ (?:\S+=\S* )+)?\/bin\/sh -c /, "RUN ")
    .replace(/\s+# buildkit$/, "")
    .replace(/\s+/g, " ")
    .trim();
}
