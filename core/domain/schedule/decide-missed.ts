/** What to do with an occurrence that is overdue, because the scheduler was away or the schedule was paused. */
export type MissedPolicy = "fire_late" | "skip";

/** `fire` in time (or within the grace), `fire_late` overdue but wanted, `skip` overdue and unwanted. */
export type MissedDecision = "fire" | "fire_late" | "skip";

/** Decides about an occurrence that is due. `graceMs` is the lateness that counts as being in time. */
export function decideMissed(input: {
  dueAtMs: number;
  nowMs: number;
  policy: MissedPolicy;
  graceMs: number;
}): MissedDecision {
  if (input.nowMs < input.dueAtMs) {
    throw new RangeError(
      `Nothing is missed yet: due at ${input.dueAtMs}, now ${input.nowMs}; ask again when it is due.`,
    );
  }
  if (input.nowMs - input.dueAtMs <= input.graceMs) return "fire";
  return input.policy === "fire_late" ? "fire_late" : "skip";
}
