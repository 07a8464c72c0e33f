import { hasPathsBelow, isBelowName } from "../places.ts";
import type { Rule } from "../rule.ts";
import { PACKAGE_DIRECTORIES, unwantedCopies } from "./copied-files.ts";

export const copiedEnvironmentFiles: Rule = {
  id: "copied-environment-files",
  title: "A .env file was copied into the image",
  category: "context",
  reason:
    "What .env files hold is meant for one machine: often passwords and keys. Whoever can pull the image can read them.",
  fix: "Add the files to .dockerignore, and give the container its settings when it starts.",
  example: { bad: "COPY . .", good: "# .dockerignore\n**/.env\n**/.env.*\n# Dockerfile\nCOPY . ." },
  counts:
    "Files .env and .env.* that a COPY or ADD of the image's own part stores, but not examples (.env.example, .env.sample, .env.template, .env.dist, .env.test) and not those in packages. It has no minimum.",
  *find(context) {
    yield* unwantedCopies(context, {
      names: [".env", ".env.*"],
      except: [".env.example", ".env.sample", ".env.template", ".env.dist", ".env.test"],
      subject: "Settings of one machine were copied",
      // A directory .env is a virtual environment.
      isMeant: (node) => !hasPathsBelow(context, node) && !isBelowName(context.paths, node, PACKAGE_DIRECTORIES),
    });
  },
};
