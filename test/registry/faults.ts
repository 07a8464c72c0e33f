/** What may go wrong with an answer. */
import type { Fault } from "./fault-proxy.ts";

/** The registry's own answer. */
export const pass: Fault = ({ answer, response }) => {
  response.writeHead(answer.status, answer.headers).end(answer.body);
};

/** One fault for what is asked for, and none for the rest. */
export const on =
  (wanted: string, fault: Fault): Fault =>
  (exchange) =>
    (exchange.path.startsWith(wanted) ? fault : pass)(exchange);

/** So many times, then another one. */
export const times =
  (count: number, fault: Fault, then: Fault = pass): Fault =>
  (exchange) =>
    (exchange.attempt < count ? fault : then)(exchange);

/** The connection breaks after so many bytes of the answer. */
export const cutAfter =
  (bytes: number): Fault =>
  ({ answer, response }) => {
    response.writeHead(answer.status, answer.headers);
    response.flushHeaders();
    response.write(answer.body.subarray(0, bytes), () => response.destroy());
  };

/** The connection breaks at one byte of the blob, however it is asked for. */
export const cutAt =
  (position: number): Fault =>
  (exchange) => {
    const from = Number(/^bytes (\d+)/.exec(exchange.answer.headers["content-range"] ?? "")?.[1] ?? 0);
    cutAfter(Math.max(0, position - from))(exchange);
  };

/** Silence after so many bytes. */
export const silentAfter =
  (bytes: number): Fault =>
  ({ answer, response }) => {
    response.writeHead(answer.status, answer.headers);
    response.flushHeaders();
    response.write(answer.body.subarray(0, bytes));
  };

/** Not even the head of an answer. */
export const mute: Fault = () => {};

/** A few bytes now and then. */
export const drip =
  (bytes: number, everyMs: number): Fault =>
  ({ answer, response }) => {
    response.writeHead(answer.status, answer.headers);
    let sent = 0;
    const timer = setInterval(() => {
      response.write(answer.body.subarray(sent, sent + bytes));
      sent += bytes;
      if (sent >= answer.body.length) response.end();
    }, everyMs);
    response.once("close", () => clearInterval(timer));
  };

export const status =
  (code: number, headers: Record<string, string> = {}): Fault =>
  ({ response }) => {
    const errors = [{ code: "UNKNOWN", message: "something is wrong" }];
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify({ errors }));
  };

export const withBody =
  (change: (body: Buffer) => Buffer, headers: Record<string, string | undefined> = {}): Fault =>
  ({ answer, response }) => {
    const body = change(answer.body);
    const changed = { ...answer.headers, "content-length": String(body.length), ...headers };
    response.writeHead(answer.status, Object.fromEntries(Object.entries(changed).filter(([, value]) => value)));
    response.end(body);
  };

/** One bit of one byte is another one. */
export const flipped = (position: number): Fault =>
  withBody((body) => {
    const copy = Buffer.from(body);
    copy[position] = (copy[position] ?? 0) ^ 1;
    return copy;
  });

/** The connection breaks once; then all of the blob comes, whatever part of it is asked for, as where ranges are not known. */
export function cutWithoutRanges(bytes: number): Fault {
  let whole: Buffer | undefined;
  return (exchange) => {
    if (whole) exchange.response.writeHead(200).end(whole);
    else cutAfter(bytes)(exchange);
    whole ??= exchange.answer.body;
  };
}

/** A part that was not asked for. */
export const wrongRange: Fault = (exchange) => {
  const { answer, response } = exchange;
  if (answer.status !== 206) return pass(exchange);
  const range = (answer.headers["content-range"] ?? "").replace(/\d+/, (from) => String(Number(from) + 1));
  response.writeHead(206, { ...answer.headers, "content-range": range }).end(answer.body);
};

export const redirect =
  (location: (exchange: Parameters<Fault>[0]) => string): Fault =>
  (exchange) => {
    exchange.response.writeHead(307, { location: location(exchange) }).end();
  };

/** An answer whose head never ends. */
export const endlessHead: Fault = ({ response }) => {
  const { socket } = response;
  const line = `X-Padding: ${"x".repeat(1000)}\r\n`;
  const more = (): void => {
    while (socket && !socket.destroyed && socket.write(line));
  };
  socket?.write("HTTP/1.1 200 OK\r\n");
  socket?.on("drain", more);
  more();
};

/** The same, so slowly that no limit of its size is reached. */
export const drippingHead: Fault = ({ response }) => {
  const { socket } = response;
  socket?.write("HTTP/1.1 200 OK\r\n");
  const timer = setInterval(() => socket?.write("X: y\r\n"), 50);
  socket?.once("close", () => clearInterval(timer));
};

/** Spaces, a hundred million of them; tells how many were taken. */
export function hugeBody(): Fault & { sent: number } {
  const block = Buffer.alloc(2 ** 16, " ");
  const fault = Object.assign(
    (({ answer, response }) => {
      response.writeHead(200, { "content-type": answer.headers["content-type"] });
      const more = (): void => {
        while (fault.sent < 100_000_000 && !response.destroyed) {
          fault.sent += block.length;
          if (!response.write(block)) return;
        }
        response.end();
      };
      response.on("drain", more);
      more();
    }) as Fault,
    { sent: 0 },
  );
  return fault;
}
