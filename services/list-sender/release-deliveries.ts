// The feeder. PostgreSQL holds the backlog; each blast has a bounded window of released deliveries on the queue. Publish, then advance
// the mark: a crash in between releases one portion twice, which claims absorb. Any number of feeders may run.
import { create } from "@bufbuild/protobuf";
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";
import { formatDeliveryId } from "#core/domain/delivery/id.ts";
import { laneOf } from "#core/domain/delivery/lane.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import type { FeederDeps } from "./deps.ts";

// Blasts looked after in one tick. Those beyond wait for the next one, oldest first.
const maxBlastsPerTick = 200;
// A portion is one atomic batch (JetStream takes 1,000) and the turn of one agency before the next one has its turn.
const portionSize = 1_000;

/** One round: tops up the window of every blast that has room, in turns over agencies. Answers how many it released. */
export async function releaseDeliveries(deps: FeederDeps): Promise<number> {
  const blasts = await deps.store.takeBlastsToFeed(maxBlastsPerTick);
  if (blasts.length === 0) return 0;
  try {
    let released = 0;
    // The blasts of an agency share its window on a lane: twenty of them stand no longer in front of others than one.
    const onQueue = new Map(blasts.map((blast) => [laneOfAgency(blast), blast.lane_outstanding]));
    for (const blast of turnsOverAgencies(blasts)) {
      const waiting = onQueue.get(laneOfAgency(blast)) ?? 0;
      const portion = await releasePortion(deps, blast, deps.blastWindow - waiting);
      onQueue.set(laneOfAgency(blast), waiting + portion);
      released += portion;
    }
    return released;
  } finally {
    await deps.store.giveBack(blasts.map((blast) => blast.id));
  }
}

/** Urgent before standard before bulk; within a lane one blast of each agency, then the second of each, and so on. */
export function turnsOverAgencies(blasts: FedBlast[]): FedBlast[] {
  const seen = new Map<string, number>();
  const ranked = blasts.map((blast) => {
    const turn = seen.get(laneOfAgency(blast)) ?? 0;
    seen.set(laneOfAgency(blast), turn + 1);
    return { blast, lane: laneOf[blast.lane], turn };
  });
  ranked.sort((a, b) => a.lane - b.lane || a.turn - b.turn);
  return ranked.map(({ blast }) => blast);
}

function laneOfAgency({ lane, agency_id }: FedBlast): string {
  return `${lane}:${agency_id}`;
}

async function releasePortion(deps: FeederDeps, blast: FedBlast, room: number): Promise<number> {
  // As many that wait for another try are a provider that takes nothing; more of them would only be written back and forth.
  if (blast.retrying >= deps.blastWindow) return 0;
  const size = Math.min(portionSize, blast.backlog, room);
  // Topping up by crumbs would cost a transaction for a handful; half a portion, or the rest, is worth one.
  if (size <= 0 || (size < portionSize / 2 && size < blast.backlog && room < deps.blastWindow)) return 0;
  const portion = await deps.store.nextPortion(blast, size);
  const last = portion.at(-1);
  if (last === undefined) {
    // After a rewind, messages from before it had done the rest. Without the mark the blast would be taken at every tick until it ends.
    await deps.store.markReleased(blast, { lastSeq: blast.released_seq, count: blast.backlog });
    return 0;
  }
  const timeMs = deps.nowMs();
  await deps.publisher.publishAll(
    portion.map(({ seq, customer_id }) => {
      const message = create(SendBlastToCustomerSchema, {
        agencyId: blast.agency_id,
        lane: laneOf[blast.lane],
        idempotencyKey: releaseKey(blast, seq),
        customerId: customer_id,
        order: { case: "delivery", value: { blastId: blast.id, sequence: seq } },
      });
      return workEnvelope(SendBlastToCustomerSchema, message, { source: deps.name, timeMs });
    }),
  );
  const advanced = await deps.store.markReleased(blast, { lastSeq: last.seq, count: portion.length });
  if (!advanced) deps.log.warn({ blastId: blast.id }, "a portion was released twice; claims absorb it");
  return portion.length;
}

function releaseKey(blast: FedBlast, seq: number): string {
  const id = formatDeliveryId(blast.id, seq);
  return blast.release_round === 0 ? id : `${id}~${blast.release_round}`;
}
