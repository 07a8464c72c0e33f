/** How long a registry may keep us waiting, in milliseconds. */

/** Until a connection stands, TLS included. */
export const CONNECT_MS = 10_000;
/** From the request to the head of the answer. */
export const HEADERS_MS = 30_000;
/** Without a byte of a body. */
export const SILENCE_MS = 60_000;
/** For a whole JSON document, however it drips. */
export const DOCUMENT_MS = 120_000;
/** Between attempts, all pauses of one transfer together. */
export const ALL_PAUSES_MS = 120_000;
/** Before the second attempt; each further pause is twice as long. */
export const FIRST_PAUSE_MS = 250;
