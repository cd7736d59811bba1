import type { Database } from "./database.ts";
import { orderDirectSend, type Ordered } from "./blasts/order.ts";
import type { NewDirectSend } from "./blasts/accept-direct.ts";
import { claimBatch, type Claimed, type ClaimPlan } from "./deliveries/claim-batch.ts";
import { loadBlast, type Claim, type ClaimableBlast, type ClaimableDelivery } from "./deliveries/claim.ts";
import { recordTransitions, type RecordScope, type Transition } from "./deliveries/record.ts";
import { planByIndex } from "./plan-by-index.ts";
import { readTemplateVersion, type TemplateText } from "./templates/read-version.ts";
import {
  rememberVerdicts,
  unjudgedAddresses,
  type JudgedAddress,
  type UnjudgedAddress,
} from "./verdicts/verdicts.ts";

export type { Claimed, ClaimPlan } from "./deliveries/claim-batch.ts";

/** Everything customer-sender asks of the database; each call is one transaction. */
export interface DeliveryStore {
  orderDirectSend: (key: string, send: NewDirectSend) => Promise<Ordered>;
  loadBlast: (agencyId: string, blastId: string) => Promise<ClaimableBlast | undefined>;
  templateVersion: (
    agencyId: string,
    templateId: string,
    version: number,
  ) => Promise<TemplateText | undefined>;
  unjudgedAddresses: (agencyId: string, blastId: string, seqs: number[]) => Promise<UnjudgedAddress[]>;
  rememberVerdicts: (agencyId: string, judged: JudgedAddress[]) => Promise<void>;
  /**
   * Passes the gate, locks and reads the deliveries, has them decided, and writes the plan: what does not leave, and claims with their new attempts.
   * `deliveries` are those that were claimed. `hope` tells whether, by the blast alone, all may leave; then the store may claim first what nothing
   * speaks against, and takes everything back when the plan, which is asked all the same, says otherwise. `known` is the blast as it was read a moment
   * ago, which spares a round trip to ask for hope; hope is asked again of what was read behind the gate.
   */
  claim: (
    claim: Claim,
    seqs: number[],
    plan: (blast: ClaimableBlast, deliveries: ClaimableDelivery[]) => ClaimPlan,
    hope?: (blast: ClaimableBlast) => boolean,
    known?: ClaimableBlast,
  ) => Promise<Claimed>;
  /** Records the provider's answers and ends the lease. Answers how many acceptances came after their lease and were merged. */
  record: (scope: RecordScope, transitions: Transition[]) => Promise<{ late: number }>;
}

export function createDeliveryStore(database: Database): DeliveryStore {
  const { withAgency } = database;
  return {
    orderDirectSend: (key, send) => withAgency(send.agencyId, (tx) => orderDirectSend(tx, key, send)),
    loadBlast: (agencyId, blastId) =>
      withAgency(
        agencyId,
        async (tx) => {
          await planByIndex(tx);
          return loadBlast(tx, agencyId, blastId);
        },
        "one statement",
      ),
    templateVersion: (agencyId, templateId, version) =>
      withAgency(agencyId, (tx) => readTemplateVersion(tx, agencyId, templateId, version)),
    unjudgedAddresses: (agencyId, blastId, seqs) =>
      withAgency(agencyId, (tx) => unjudgedAddresses(tx, agencyId, blastId, seqs)),
    rememberVerdicts: (agencyId, judged) =>
      withAgency(agencyId, (tx) => rememberVerdicts(tx, agencyId, judged)),
    claim: (claim, seqs, plan, hope, known) => claimBatch(database, claim, seqs, plan, hope, known),
    record: (scope, transitions) =>
      withAgency(scope.agencyId, async (tx) => {
        const changed = await recordTransitions(tx, scope, transitions);
        const late = transitions.filter(({ seq, to }) => to === "accepted" && !changed.has(seq));
        // The lease had run out, but an acceptance is evidence whenever it comes.
        let merged = 0;
        for (const from of ["in_doubt", "held", "retry"] as const) {
          if (late.length === 0) continue;
          const set = await recordTransitions(
            tx,
            scope,
            late.map((transition) => ({ ...transition, from })),
          );
          merged += set.size;
        }
        return { late: merged };
      }),
  };
}
