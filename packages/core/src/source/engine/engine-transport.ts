/** The way to an engine: a socket, a pipe, TCP, TLS or ssh. */
import { Agent, type ClientRequest } from "node:http";
import type Docker from "dockerode";
import type { EngineAddress } from "./engine-address.ts";
import { SshAgent } from "./ssh-agent.ts";

export interface EngineTransport {
  readonly modem: Docker["modem"];
  /** What comes before the path of every request. */
  readonly pathPrefix: string;
  /** Closes all connections. */
  close(): void;
}

/** Prepares the way; nothing is connected yet. */
export async function openTransport(
  address: EngineAddress,
  kind: "docker" | "podman",
  env: NodeJS.ProcessEnv,
): Promise<EngineTransport> {
  const { pathPrefix = "", ...options } = await wayTo(address, kind, env);
  const agent = withoutRedirects(options.agent);
  return { modem: await openModem(options), pathPrefix, close: () => agent.destroy() };
}

interface Way extends Docker.DockerOptions {
  readonly agent: Agent;
  readonly pathPrefix?: string;
}

async function wayTo(
  { url, tls, ssh }: EngineAddress,
  kind: "docker" | "podman",
  env: NodeJS.ProcessEnv,
): Promise<Way> {
  const [, scheme, rest = ""] = /^([a-z]+):\/\/(.*)$/s.exec(url) ?? [];
  if (scheme === "unix" || scheme === "npipe") return { socketPath: rest, protocol: "http", agent: new Agent() };
  if (ssh) return { host: "http://localhost", port: 80, protocol: "http", agent: new SshAgent(ssh, kind, env) };
  const protocol = tls ? "https" : "http";
  const { hostname, port, pathname } = new URL(`${protocol}://${rest}`);
  const place = {
    host: `${protocol}://${hostname}`,
    port: port === "" ? (tls ? 443 : 80) : Number(port),
    pathPrefix: pathname.replace(/\/+$/, ""),
    protocol,
  } as const;
  if (!tls) return { ...place, agent: new Agent() };
  const { Agent: TlsAgent } = await import("node:https");
  const { verify, ...files } = tls;
  return { ...place, agent: new TlsAgent({ ...files, rejectUnauthorized: verify }) };
}

async function openModem(options: Docker.DockerOptions & { readonly agent: Agent }): Promise<Docker["modem"]> {
  const { default: Dockerode } = await import("dockerode");
  // docker-modem lets the environment of the process fill in what is left out, also certificates and ssh.
  const { DOCKER_HOST } = process.env;
  delete process.env.DOCKER_HOST;
  try {
    return new Dockerode(options).modem;
  } finally {
    if (DOCKER_HOST !== undefined) process.env.DOCKER_HOST = DOCKER_HOST;
  }
}

/** What Node calls on an agent for each request. */
interface Queue {
  addRequest(request: ClientRequest, options: object): void;
}

/** docker-modem would follow a redirect to any host, outside of the socket, and does not survive one that fails. No engine has any. */
function withoutRedirects(agent: Agent): Agent {
  const addRequest = (agent as Agent & Queue).addRequest.bind(agent);
  const queue: Queue = {
    addRequest: (request, options) => {
      request.prependOnceListener("response", ({ headers }) => {
        delete headers.location;
      });
      addRequest(request, options);
    },
  };
  return Object.assign(agent, queue);
}
