/** HTTP servers of this machine that live as long as a test. */
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface LoopbackServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Resolves once no client is connected any more. */
  untilDeserted(): Promise<void>;
}

export async function listenOnLoopback(server: Server): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  let deserted: (() => void)[] = [];
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    // Clients hang up as they like.
    socket.on("error", () => {});
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const resolve of deserted) resolve();
      deserted = [];
    });
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    untilDeserted: () =>
      new Promise((resolve) => {
        if (sockets.size === 0) resolve();
        else deserted.push(resolve);
      }),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
