import type { DeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import type { ClaimableBlast } from "#core/adapters/postgres/deliveries/claim.ts";

/** What is asked of a blast before its claim: where its mails go through and what must be there. The claim reads all of it anew, behind the gate. */
export type KnownBlast = ClaimableBlast;

export interface KnownBlasts {
  /** Undefined when the agency has no such blast. At most a second old. */
  get(agencyId: string, blastId: string): Promise<KnownBlast | undefined>;
}

// A blast in work has some twenty batches in a second, and its domain and template seldom change: one transaction less for nearly every batch.
const goodForMs = 1_000;
// More blasts than these are not in work in one instance within a second; a direct send is a blast of its own and is asked for once. A blast with all
// that people may write into it is 20 KB.
const maxBlasts = 500;

/** Asks the store for a blast once a second at most, however many batches want it. */
export function createKnownBlasts(o: {
  store: Pick<DeliveryStore, "loadBlast">;
  monotonicMs: () => number;
}): KnownBlasts {
  const { store, monotonicMs } = o;
  const known = new Map<string, { blast: Promise<KnownBlast | undefined>; untilMs: number }>();
  return {
    get(agencyId, blastId) {
      const key = `${agencyId}:${blastId}`;
      const found = known.get(key);
      if (found !== undefined && monotonicMs() < found.untilMs) return found.blast;
      const asked = { blast: store.loadBlast(agencyId, blastId), untilMs: monotonicMs() + goodForMs };
      known.delete(key);
      known.set(key, asked);
      if (known.size > maxBlasts) known.delete(known.keys().next().value!);
      const forget = () => void (known.get(key) === asked && known.delete(key));
      // Neither a database that was away nor a blast that comes later may be remembered.
      asked.blast.then((blast) => blast === undefined && forget(), forget);
      return asked.blast;
    },
  };
}
