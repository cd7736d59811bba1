/** What keeps the promises. All are on; a planted bug turns one off, to prove that the simulator notices. */
export type Switches = {
  /** A record is written only under the attempt it was made for. */
  fence: boolean;
  /** Claims and records look at the state they start from. */
  claimOnlyFromWaiting: boolean;
  /** markReleased is a compare-and-set. */
  markOnce: boolean;
  /** A claim writes its lease. */
  lease: boolean;
  /** Claims pass the gate that opt-out, cancel and pause close. */
  gate: boolean;
  /** A claim reads suppressions again. */
  recheckSuppressions: boolean;
  /** A lease that ran out means doubt, not another try. */
  doubtAfterLease: boolean;
  /** An acceptance that comes after its lease is merged. */
  mergeLate: boolean;
  /** Skips give back their credit once. */
  releaseOnce: boolean;
  /** Reserving looks at the balance. */
  checkBalance: boolean;
  /** (schedule, occurrence) and its key are unique, and the row is locked while it fires. */
  occurrenceOnce: boolean;
  /** Idempotency keys are remembered. */
  rememberKeys: boolean;
  /** Skips write their activity in the same transaction. */
  logSkips: boolean;
  /** The cursor of a freeze moves with its page. */
  moveCursor: boolean;
  /** Webhooks count once. */
  eventsOnce: boolean;
  /** A rewind makes a new round, and so new message ids. */
  newRound: boolean;
};

export const sound: Readonly<Switches> = {
  fence: true, claimOnlyFromWaiting: true, markOnce: true, lease: true, gate: true, recheckSuppressions: true, doubtAfterLease: true,
  mergeLate: true, releaseOnce: true, checkBalance: true, occurrenceOnce: true, rememberKeys: true, logSkips: true, moveCursor: true,
  eventsOnce: true, newRound: true,
}; // prettier-ignore
