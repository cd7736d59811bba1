// Ends blasts: skips what is left of those that were cancelled or refused, and completes those whose deliveries are all terminal or held.
// Idempotent: each page and each completion is a compare-and-set.
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { completeBlasts, type CompletedBlast } from "#core/adapters/postgres/blasts/complete.ts";
import { skipRemaining } from "#core/adapters/postgres/blasts/skip-remaining.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
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
  const ended = await deps.database.asSystem(async (tx) => {
    const blasts = await completeBlasts(tx, maxBlastsPerTick);
    for (const blast of blasts) await announce(tx, blast.agency_id, endEvent(deps, blast));
    return blasts;
  });
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
  const stopped = await deps.database.asSystem((tx) =>
    tx
      .selectFrom("blasts")
      .select(["id", "agency_id", "state", "refusal_reason", "started_at"])
      .where("state", "in", ["cancelled", "refused"])
      .where("completed_at", "is", null)
      .limit(maxBlastsPerTick)
      .execute(),
  );
  for (const blast of stopped) {
    const reason =
      blast.state === "cancelled"
        ? "cancelled"
        : blast.refusal_reason === "insufficient_credit"
          ? "no_credit"
          : blast.refusal_reason;
    const scope = {
      agencyId: blast.agency_id,
      blastId: blast.id,
      reason,
      reserved: blast.started_at !== null,
    };
    for (let after: number | undefined = 0; after !== undefined;) {
      const from: number = after;
      after = await deps.database.withAgency(blast.agency_id, (tx) => skipRemaining(tx, scope, from));
    }
  }
}

function endEvent(deps: FeederDeps, blast: CompletedBlast): Envelope {
  const { agency_id: agencyId, id: blastId } = blast;
  const at = timestampFromDate(blast.completed_at);
  const about = { id: `${blastId}:ended`, source: deps.name, timeMs: deps.nowMs() };
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
