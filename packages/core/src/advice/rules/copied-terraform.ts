import type { Rule } from "../rule.ts";
import { unwantedCopies } from "./copied-files.ts";

export const copiedTerraform: Rule = {
  id: "copied-terraform",
  title: "Providers or state of Terraform were copied into the image",
  category: "context",
  reason:
    "terraform init keeps providers of hundreds of megabytes in .terraform, built for the machine it ran on. The state holds what Terraform has made, passwords included.",
  fix: "Add the names to .dockerignore.",
  example: { bad: "COPY . .", good: "# .dockerignore\n**/.terraform\n**/*.tfstate\n# Dockerfile\nCOPY . ." },
  counts:
    "What is in .terraform, and files *.tfstate and *.tfstate.backup, that a COPY or ADD of the image's own part stores.",
  *find(context) {
    yield* unwantedCopies(context, {
      names: [".terraform", "*.tfstate", "*.tfstate.backup"],
      subject: "Providers or state of Terraform were copied",
    });
  },
};
