import { isBelowName } from "../places.ts";
import type { Rule } from "../rule.ts";
import { PACKAGE_DIRECTORIES, unwantedCopies } from "./copied-files.ts";

export const copiedBuildFiles: Rule = {
  id: "copied-build-files",
  title: "Files that describe the build were copied into the image",
  category: "context",
  reason:
    "A container does not read the Dockerfile or what a CI is to do. They are small, but each change of them changes the layer, and everything after it is built again.",
  fix: "Add the names to .dockerignore.",
  example: {
    bad: "COPY . .",
    good: "# .dockerignore\nDockerfile*\n.dockerignore\n.gitlab-ci.yml\n# Dockerfile\nCOPY . .",
  },
  counts:
    "Dockerfile, Dockerfile.*, Containerfile, compose files, .dockerignore, .gitignore, .gitattributes and the files of well-known CIs that a COPY or ADD of the image's own part stores; only where a layer has several of them. Those in packages are left alone. It has no minimum.",
  *find(context) {
    yield* unwantedCopies(context, {
      names: [
        ...["Dockerfile", "Dockerfile.*", "Containerfile", ".dockerignore"],
        ...["docker-compose*.yml", "docker-compose*.yaml", "compose.yml", "compose.yaml"],
        ...[".gitignore", ".gitattributes", ".gitmodules"],
        ...[".github", ".gitlab-ci.yml", ".circleci", ".travis.yml", "Jenkinsfile", "azure-pipelines.yml"],
      ],
      subject: "Files that describe the build were copied",
      atLeastNames: 2,
      isMeant: (node) => !isBelowName(context.paths, node, PACKAGE_DIRECTORIES),
    });
  },
};
