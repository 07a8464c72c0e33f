import type { Rule } from "../rule.ts";
import { apkCache } from "./apk-cache.ts";
import { aptArchives } from "./apt-archives.ts";
import { aptLists } from "./apt-lists.ts";
import { cargoCache } from "./cargo-cache.ts";
import { composerCache } from "./composer-cache.ts";
import { dnfCache } from "./dnf-cache.ts";
import { dpkgBackups } from "./dpkg-backups.ts";
import { gemCache } from "./gem-cache.ts";
import { goCache } from "./go-cache.ts";
import { mavenGradleCache } from "./maven-gradle-cache.ts";
import { npmCache } from "./npm-cache.ts";
import { nugetCache } from "./nuget-cache.ts";
import { pacmanCache } from "./pacman-cache.ts";
import { pipCache } from "./pip-cache.ts";

/** About what package managers leave behind. */
export const LEAVINGS_RULES: readonly Rule[] = [
  aptLists,
  aptArchives,
  dpkgBackups,
  apkCache,
  dnfCache,
  pacmanCache,
  npmCache,
  pipCache,
  cargoCache,
  goCache,
  gemCache,
  mavenGradleCache,
  composerCache,
  nugetCache,
];
