import type { PrivilegedFile } from "../../inspection/permissions.ts";
import { byScope } from "../by-scope.ts";
import type { Rule } from "../rule.ts";

export const privilegedFile: Rule = {
  id: "privileged-file",
  title: "A program runs with more rights than whoever starts it",
  category: "security",
  reason:
    "A setuid or setgid program, or one with capabilities, is a way to become root for every process of the container. Those of the distribution are looked after by it; others should be there for a reason.",
  fix: "Take the bit or the capability away, in the RUN that brings the file, or start containers with --security-opt=no-new-privileges.",
  example: { bad: "COPY --chmod=4755 helper /usr/bin/", good: "COPY --chmod=755 helper /usr/bin/" },
  counts: "No bytes. Files that belong to a package of the distribution are listed in reports, but not said here.",
  *find(context) {
    const { permissions, packages } = context.inspection;
    const found = permissions.privileged.filter((file) => {
      const owner = file.package === undefined ? undefined : packages.packages[file.package];
      return owner === undefined || !["deb", "apk", "rpm"].includes(owner.type);
    });
    yield* byScope(context, found, (files) => `${describe(files)} to no package of the distribution`);
  },
};

function describe(files: readonly PrivilegedFile[]): string {
  const kindOf = ({ setuid, setgid }: PrivilegedFile): string =>
    setuid ? "setuid" : setgid ? "setgid" : "given capabilities";
  const kinds = [...new Set(files.map(kindOf))].join(" or ");
  return files.length === 1 ? `one file is ${kinds} and belongs` : `${files.length} files are ${kinds} and belong`;
}
