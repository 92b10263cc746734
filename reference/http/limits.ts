/** What balancer and pods allow a client. Times are real. */

export const MAX_BODY_BYTES = 1024 * 1024;

/** From the first byte of a head to its last, and from the connection to the first byte. */
export const HEAD_WITHIN_MS = 10_000;

/** After an answer that came before its request had been read: for so long, and so much, the rest is read and forgotten. */
export const READ_ON_MS = 10_000;
export const READ_ON_BYTES = 256 * 1024 * 1024;
/** A connection that is being closed and on which nothing comes any more is closed sooner. */
export const QUIET_MS = 2_000;
