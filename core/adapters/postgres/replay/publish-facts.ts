import { create } from "@bufbuild/protobuf";
import { sql } from "kysely";
import { eventEnvelope, type Envelope } from "#core/runtime/envelope.ts";
import { bytesField } from "#core/runtime/wire.ts";
import { FactsLoggedSchema } from "#gen/fanfare/event/v1/facts_pb.js";
import type { Database, Tx } from "../database.ts";
import { planInOrder } from "../plan-by-index.ts";
import { activityColumns, suppressionColumns, type FactRow } from "./fact-rows.ts";
import { writeFact } from "./write-fact.ts";

/** Publishes the log of facts, in its order. */
export interface FactLog {
  /**
   * Hands the next facts to `publish`, at most `limit`, each agency's in order, and remembers how far it is when that resolves. One caller at
   * a time, over all instances; the others do nothing. Answers how many facts it handed over.
   */
  publishNext: (
    limit: number,
    about: { source: string; timeMs: number },
    publish: (messages: Envelope[]) => Promise<void>,
  ) => Promise<number>;
}

// A message stays well below the broker's megabyte, whatever a provider's answer in the evidence weighs.
const maxFactsPerMessage = 500;
const maxBytesPerMessage = 256 * 1024;

const noId = "00000000-0000-0000-0000-000000000000";

type Place = { tx: number; part: number; source_id: string; seq: number; step: number };
type PlacedRow = FactRow & { tx: number };

export function createFactLog({ asSystem }: Database): FactLog {
  return {
    publishNext: (limit, about, publish) =>
      asSystem(async (tx) => {
        await planInOrder(tx);
        const place = await takeCursor(tx);
        if (place === undefined) return 0;
        const rows = await factsAfter(tx, place, limit);
        const last = rows.at(-1);
        if (last === undefined) return 0;
        const { messages, positions } = pack(rows, await positionsOf(tx, rows), about);
        await publish(messages);
        await sql`
          /* prepared facts-positions-move, with the next */ INSERT INTO facts_positions SELECT * FROM unnest(${[...positions.keys()]}::uuid[], ${[...positions.values()]}::bigint[])
          ON CONFLICT (agency_id) DO UPDATE SET position = excluded.position`.execute(tx);
        await move(tx, place, rows.length < limit ? { ...start, tx: last.tx + 1 } : placeOf(last));
        return rows.length;
      }),
  };
}

/** Before its first part nothing of a transaction was read; one that was read to its end is not looked at again. */
const start = { part: 0, source_id: noId, seq: 0, step: 0 };

const placeOf = (row: PlacedRow): Place => {
  const { tx, part } = row;
  return row.part === 1
    ? { tx, part, source_id: row.source_id, seq: row.seq, step: row.step }
    : { tx, part, source_id: noId, seq: 0, step: row.version };
};

/**
 * Where the log is to be published from; undefined while another does it. The lock is no row's, and so the transaction writes nothing before the
 * broker has the messages: one that writes keeps every version of a row alive that is younger than itself, and deliveries would not find room for
 * their updates.
 */
async function takeCursor(tx: Tx): Promise<Place | undefined> {
  const { rows: locks } = await sql<{ ours: boolean }>`
    /* prepared facts-lock, with the next */ SELECT pg_try_advisory_xact_lock(hashtextextended('fanfare:facts', 0)) AS ours`.execute(
    tx,
  );
  const { rows } = await sql<Place>`
    /* prepared facts-cursor */ SELECT tx, part, source_id, seq, step FROM facts_cursor`.execute(tx);
  return locks[0]?.ours === true ? rows[0] : undefined;
}

/** Throws when the cursor is no longer where it was: then an instance that locks its row has published the same, and its positions hold. */
async function move(tx: Tx, from: Place, to: Place): Promise<void> {
  const { numAffectedRows } = await sql`
    /* prepared facts-cursor-move */ UPDATE facts_cursor SET tx = ${to.tx}, part = ${to.part}, source_id = ${to.source_id}, seq = ${to.seq}, step = ${to.step}
    WHERE (tx, part::int, source_id, seq, step) = ${placed(from)}`.execute(tx);
  if (numAffectedRows !== 1n)
    throw new Error("The log of facts was published by another instance meanwhile.");
}

const placed = ({ tx, part, source_id, seq, step }: Place) =>
  sql`(${tx}::bigint, ${part}::int, ${source_id}::uuid, ${seq}::int, ${step}::bigint)`;

/**
 * The next facts behind a place, fewer than `limit` only when there are no more. They are of transactions below the oldest that still writes: all up to
 * there have ended, and this statement sees all that they wrote. So nothing can come to stand before what is read, and whoever reads again from the
 * same place begins with the same facts. Each part is read along its index of transactions and no further than to the limit, by a plan that is made
 * once a connection; and only what is within the limit is put into the form in which it is answered.
 */
async function factsAfter(tx: Tx, place: Place, limit: number): Promise<PlacedRow[]> {
  const ended = sql`tx >= ${place.tx}::bigint AND tx < (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint)`;
  const { rows } = await sql<PlacedRow>`
    /* prepared facts-after */ (
      SELECT tx, ${activityColumns}, NULL::bigint AS version, NULL::boolean AS removed, NULL AS address_key, NULL AS reason, NULL AS source
      FROM (
        SELECT * FROM activities WHERE ${ended} AND (tx, 1, source_id, seq, step::bigint) > ${placed(place)}
        ORDER BY tx, source_id, seq, step LIMIT ${limit}::int
      ) a
    ) UNION ALL (
      SELECT tx, part, agency_id, NULL, NULL, NULL, NULL, NULL, at_us, NULL, version, removed, address_key, reason, source
      FROM (SELECT tx, ${suppressionColumns} FROM suppression_changes) s
      WHERE ${ended} AND (tx, 2, ${noId}::uuid, 0, version) > ${placed(place)}
      ORDER BY tx, version LIMIT ${limit}::int
    ) ORDER BY tx, part, source_id, seq, step, version LIMIT ${limit}::int`.execute(tx);
  return rows;
}

async function positionsOf(tx: Tx, rows: readonly PlacedRow[]): Promise<Map<string, number>> {
  const agencies = [...new Set(rows.map((row) => row.agency_id))];
  const { rows: known } = await sql<{ agency_id: string; position: number }>`
    /* prepared facts-positions */ SELECT agency_id, position FROM facts_positions WHERE agency_id = ANY(${agencies}::uuid[])`.execute(
    tx,
  );
  return new Map(known.map(({ agency_id, position }) => [agency_id, position]));
}

/** Messages of each agency's facts in order, and the positions that follow from them. */
function pack(
  rows: readonly PlacedRow[],
  before: ReadonlyMap<string, number>,
  about: { source: string; timeMs: number },
): { messages: Envelope[]; positions: Map<string, number> } {
  const messages: Envelope[] = [];
  const positions = new Map<string, number>();
  for (const [agencyId, own] of Map.groupBy(rows, (row) => row.agency_id)) {
    let position = before.get(agencyId) ?? 0;
    for (const facts of portions(own.map(writeFact))) {
      const message = create(FactsLoggedSchema, { agencyId, firstPosition: BigInt(position + 1) });
      // Both ends stand in the id: after a crash a message may begin at the same position and hold more, and is then another one.
      const id = `${agencyId}:facts:${position + 1}-${position + facts.length}`;
      const envelope = eventEnvelope(FactsLoggedSchema, message, { ...about, id });
      // The facts are the last field, so they stand behind what the library wrote.
      messages.push({
        ...envelope,
        body: Buffer.concat([envelope.body, Buffer.from(facts.join(""), "latin1")]),
      });
      position += facts.length;
    }
    positions.set(agencyId, position);
  }
  return { messages, positions };
}

/** Facts as fields of their message, cut into messages. */
function* portions(facts: readonly string[]): Generator<string[]> {
  let portion: string[] = [];
  let bytes = 0;
  for (const fact of facts) {
    const field = bytesField(FactsLoggedSchema.field.facts.number, fact);
    if (
      portion.length === maxFactsPerMessage ||
      (portion.length > 0 && bytes + field.length > maxBytesPerMessage)
    ) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(field);
    bytes += field.length;
  }
  if (portion.length > 0) yield portion;
}
