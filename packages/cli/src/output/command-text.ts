/** History commands as people wrote them in the Dockerfile, as far as what builders made of them tells. */

/** One line, harmless only after escaping: without the shell and the builders' own marks. */
export function dockerfileCommand(createdBy: string): string {
  return (
    createdBy
      .replace(/\s+/g, " ")
      .trim()
      .replace(/^\/bin\/sh -c #\(nop\) /, "")
      .replace(/^\/bin\/sh -c /, "RUN ")
      // Each pattern can match in one way only: a hostile history must not make the search take for ever.
      .replace(/^RUN (\|\d+ (?:[^\s=]+=\S* )+)?\/bin\/sh -c /, "RUN ")
      .replace(/ # buildkit$/, "")
  );
}
