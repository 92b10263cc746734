/** Transactions of an ISP. A transaction begins when its connection does; a later message on the same connection begins one with its MAIL command. */
export interface Counts {
  begun: number;
  /** Answered 250. */
  accepted: number;
  /** Answered 421. */
  deferred: number;
  /** Answered 550. */
  bounced: number;
  /** Never answered: ended by the client. */
  hung: number;
  /** Given up by the client before it had sent its message, or before an answer that was due. */
  abandoned: number;
  /** The rest. */
  inFlight: number;
}

export const noCounts = (): Counts => ({ begun: 0, accepted: 0, deferred: 0, bounced: 0, hung: 0, abandoned: 0, inFlight: 0 });
