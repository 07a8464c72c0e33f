/** Signals that are meant for somebody else. */

/**
 * Takes signals from whoever listens for them, and ignores them.
 * @returns gives them back
 */
export function ignoreSignals(signals: readonly NodeJS.Signals[]): () => void {
  const ignore = (): void => {};
  const listeners = signals.map((signal) => [signal, process.rawListeners(signal)] as const);
  for (const signal of signals) {
    // At no time without a listener, which would let the signal end the process.
    process.on(signal, ignore);
    for (const listener of process.rawListeners(signal)) {
      if (listener !== ignore) process.off(signal, listener as NodeJS.SignalsListener);
    }
  }
  return () => {
    for (const [signal, before] of listeners) {
      for (const listener of before) process.on(signal, listener as NodeJS.SignalsListener);
      process.off(signal, ignore);
    }
  };
}
