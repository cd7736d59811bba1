// Ends blasts: skips what is left of those that were cancelled or refused, and completes those whose deliveries are all terminal or held.
// Idempotent: each page and each completion is a compare-and-set.
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { CompletedBlast } from "#core/adapters/postgres/blasts/complete.ts";
import type { StoppedBlast } from "#core/adapters/postgres/blasts/skip-remaining.ts";
import { eventEnvelope, type Envelope } from "#core/runtime/envelope.ts";
import {
  BlastCancelledSchema,
  BlastCompletedSchema,
  BlastRefusedSchema,
} from "#gen/fanfare/event/v1/blast_pb.js";
import type { FeederDeps } from "./deps.ts";

// Blasts ended in one tick; the others follow in the next.
const maxBlastsPerTick = 500;

/** One round. Answers how many blasts ended. */
export async function finishBlasts(deps: FeederDeps): Promise<number> {
  await skipStopped(deps);
  const ended = await deps.store.completeBlasts(maxBlastsPerTick, (blast) => endEvent(deps, blast));
  for (const blast of ended) {
    const {
      agency_id: agencyId,
      id: blastId,
      state,
      audience_size: audience,
      accepted,
      skipped,
      rejected,
      held,
    } = blast;
    deps.log.info({ agencyId, blastId, state, audience, accepted, skipped, rejected, held }, "blast ended");
  }
  return ended.length;
}

async function skipStopped(deps: FeederDeps): Promise<void> {
  for (const blast of await deps.store.stoppedBlasts(maxBlastsPerTick)) {
    const reason = skipReason(blast);
    for (let after: number | undefined = 0; after !== undefined;) {
      after = await deps.store.skipRemaining(blast, reason, after);
    }
  }
}

function skipReason({ state, refusal_reason }: StoppedBlast): string {
  if (state === "cancelled") return "cancelled";
  return refusal_reason === "insufficient_credit" ? "no_credit" : refusal_reason;
}

/** The fact that a blast ended. */
export function endEvent(deps: Pick<FeederDeps, "name" | "nowMs">, blast: CompletedBlast): Envelope {
  const { agency_id: agencyId, id: blastId } = blast;
  const at = timestampFromDate(blast.completed_at);
  // Another end is another fact.
  const again = blast.reopened === 0 ? "" : `~${blast.reopened}`;
  const about = { id: `${blastId}:ended${again}`, source: deps.name, timeMs: deps.nowMs() };
  if (blast.state === "cancelled") {
    return eventEnvelope(
      BlastCancelledSchema,
      create(BlastCancelledSchema, { agencyId, blastId, cancelledAt: at }),
      about,
    );
  }
  if (blast.state === "refused") {
    const refused = create(BlastRefusedSchema, {
      agencyId,
      blastId,
      reason: blast.refusal_reason,
      refusedAt: at,
    });
    return eventEnvelope(BlastRefusedSchema, refused, about);
  }
  const completed = create(BlastCompletedSchema, {
    agencyId,
    blastId,
    audience: blast.audience_size,
    accepted: blast.accepted,
    skipped: blast.skipped,
    rejected: blast.rejected,
    held: blast.held,
    completedAt: at,
  });
  return eventEnvelope(BlastCompletedSchema, completed, about);
}
