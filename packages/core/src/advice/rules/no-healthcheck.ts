import type { Rule } from "../rule.ts";

export const noHealthcheck: Rule = {
  id: "no-healthcheck",
  title: "A service without a HEALTHCHECK",
  category: "configuration",
  reason:
    "Docker takes a process that hangs for a healthy one. (Kubernetes looks at its own probes only; there the rule may be off.)",
  fix: "Say how to find out whether the service answers.",
  example: {
    bad: "EXPOSE 8080",
    good: 'EXPOSE 8080\nHEALTHCHECK CMD ["/app/healthcheck"]',
  },
  counts: "No bytes. Said of images that expose a port. OCI's own configuration has no place for a health check.",
  *find({ image, steps }) {
    const { exposedPorts, hasHealthcheck } = image.document.config;
    if (hasHealthcheck || exposedPorts.length === 0) return;
    const expose = steps.findLast(({ command }) => command.keyword === "EXPOSE");
    const ports = exposedPorts.slice(0, 5).join(", ");
    yield { what: `it exposes ${ports} and has no health check`, steps: expose ? [expose.index] : [], scope: "own" };
  },
};
