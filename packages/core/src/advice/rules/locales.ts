import type { AdviceContext } from "../advice-context.ts";
import { hasPathsBelow, nameText } from "../places.ts";
import type { Rule } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

export const locales: Rule = {
  id: "locales",
  title: "Translations into languages that the image does not use",
  category: "build",
  reason:
    "Programs bring their messages in dozens of languages. A container shows them in the one that its environment sets, or in English.",
  fix: "Tell the package manager to leave them out before it installs: path-exclude=/usr/share/locale/* of dpkg, install_weak_deps and glibc-minimal-langpack of dnf.",
  example: {
    bad: "RUN apt-get update && apt-get install -y git",
    good: "RUN echo 'path-exclude=/usr/share/locale/*/LC_MESSAGES/*' > /etc/dpkg/dpkg.cfg.d/no-locales && apt-get update && apt-get install -y git",
  },
  counts:
    "Files in /usr/share/locale and /usr/local/share/locale, by language, but not English and not the languages of LANG, LANGUAGE and LC_* in the image's environment. What locale-gen and the C library need (/usr/share/i18n, /usr/lib/locale) is left alone. Of base images only from one megabyte on.",
  *find(context) {
    const kept = languagesOf(context);
    const except = [...kept].map((language) => `! -name '${language}*'`).join(" ");
    yield* leftovers(context, {
      patterns: ["/usr/share/locale/*", "/usr/local/share/locale/*"],
      subject: "Translations into other languages are",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
      isPlace: (place) =>
        hasPathsBelow(context, place) &&
        ![...kept].some((language) => nameText(context.paths, place).startsWith(language)),
      snippetForMany: (step) =>
        runAnd(step, `find /usr/share/locale -mindepth 1 -maxdepth 1 -type d ${except} -exec rm -rf {} +`),
    });
  },
};

const VARIABLE = /^(?:LANG|LANGUAGE|LC_[A-Z]{1,20})=(.{0,200})/;

/** Two or three letters each: what the environment sets, and English. */
function languagesOf({ image }: AdviceContext): Set<string> {
  const values = image.document.config.env.flatMap((entry) => VARIABLE.exec(entry)?.[1]?.split(":") ?? []);
  const languages = values.flatMap((value) => /^[a-z]{2,3}(?![a-z])/.exec(value)?.[0] ?? []);
  return new Set(["en", ...languages]);
}
