/**
 * The thread behind {@link ./zstd-thread.ts}. The decoder pulls its input synchronously, so this thread never returns
 * to its event loop: it waits for the next message with Atomics.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { ZSTDDecoder } from "zstddec/stream";
import { type Reply, SENT, TAKEN, type Task } from "./zstd-messages.ts";

/** Output chunks (of up to 128 KiB) that may wait on the other side. */
const IN_FLIGHT = 16;

/**
 * The decoder ignores errors and then gives empty outputs for ever. From one slice (of at most some 256 KiB, two blocks)
 * a sound stream never has so many in a row.
 */
const MOST_EMPTY_OUTPUTS = 64;

if (parentPort) await serve(parentPort, workerData as Int32Array);

async function serve(port: NonNullable<typeof parentPort>, counters: Int32Array): Promise<never> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  let received = 0;
  let produced = 0;
  let empty = 0;

  const nextTask = (): Task => {
    for (;;) {
      const message = receiveMessageOnPort(port);
      if (message) {
        received++;
        return message.message as Task;
      }
      Atomics.wait(counters, SENT, received);
    }
  };
  const send = (reply: Reply): void => {
    port.postMessage(reply, reply.kind === "output" ? [reply.bytes.buffer as ArrayBuffer] : []);
  };
  /** The slices of one frame. A slice counts as consumed when the decoder comes for the next. */
  function* frame(): Generator<Uint8Array> {
    for (;;) {
      const { bytes, last } = nextTask();
      const size = bytes.length;
      empty = 0;
      yield bytes;
      send({ kind: "consumed", bytes: size });
      if (last) return;
    }
  }

  for (;;) {
    try {
      for (const bytes of decoder.decodeStreaming(frame())) {
        empty = bytes.length === 0 ? empty + 1 : 0;
        if (empty > MOST_EMPTY_OUTPUTS) throw new Error("the decoder makes no progress");
        if (bytes.length === 0) continue;
        send({ kind: "output", bytes });
        produced++;
        for (let taken = Atomics.load(counters, TAKEN); produced - taken > IN_FLIGHT; ) {
          Atomics.wait(counters, TAKEN, taken);
          taken = Atomics.load(counters, TAKEN);
        }
      }
    } catch (thrown) {
      send({ kind: "failed", message: (thrown as Error).message });
    }
  }
}
