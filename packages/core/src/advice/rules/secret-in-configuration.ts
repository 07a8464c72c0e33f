import type { Rule } from "../rule.ts";

export const secretInConfiguration: Rule = {
  id: "secret-in-configuration",
  title: "A secret is in the image's configuration or history",
  category: "security",
  reason:
    "Environment variables, labels, build arguments and the text of every command are part of the image and are shown by `docker inspect` and `docker history` to whoever has it.",
  fix: "Make the secret invalid. Give secrets to a build with RUN --mount=type=secret and to a container when it is started.",
  example: {
    bad: 'ARG TOKEN\nRUN curl -H "Authorization: $TOKEN" …',
    good: 'RUN --mount=type=secret,id=token curl -H "Authorization: $(cat /run/secrets/token)" …',
  },
  counts: "No bytes. Values are never shown.",
  *find({ inspection, steps, base }) {
    for (const { place, title, masked } of inspection.secrets) {
      if (place.kind === "history") {
        const { step, layer } = place;
        yield {
          what: `${title} (${masked}) in the history, step ${step}`,
          steps: [step],
          layers: layer === undefined ? [] : [layer],
          scope: steps[step]?.isOwn === false && base.layers > 0 ? "base" : "own",
        };
      } else if (place.kind !== "file") {
        const what = place.kind === "environment" ? "environment variable" : "label";
        yield { what: `${title} (${masked}) in the ${what} ${place.name}`, scope: "own" };
      }
    }
  },
};
