import { readFileSync } from "node:fs";
import { pack } from "tar-stream";

/** A root file system with one file of 100 MiB. */
export async function largeTar(): Promise<Uint8Array> {
  const tar = pack();
  tar.entry({ name: "large" }, Buffer.alloc(100 * 2 ** 20));
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** How many connections the system has open to a socket, seen from the side of whoever listens. */
export function openConnections(socket: string): number {
  const lines = readFileSync("/proc/net/unix", "utf8").split("\n");
  // Num RefCount Protocol Flags Type State Inode Path; state 03 is connected.
  return lines.filter((line) => line.endsWith(` ${socket}`) && line.split(/\s+/)[5] === "03").length;
}
