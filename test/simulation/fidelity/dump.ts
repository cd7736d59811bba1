import { sql } from "kysely";
import type { Pair } from "./pair.ts";
import { plain } from "./same.ts";

/** All that either side holds, as text, table by table. */
export async function dumpBoth(
  pair: Pair,
): Promise<{ table: string; realText: string; modelText: string }[]> {
  const real = await dumpReal(pair);
  const model = dumpModel(pair);
  return Object.keys(model).map((table) => ({
    table,
    realText: plain(pair, "real", real[table]),
    modelText: plain(pair, "model", model[table as keyof typeof model]),
  }));
}

async function dumpReal({ database }: Pair): Promise<Record<string, unknown>> {
  const queries = {
    blasts: sql`SELECT b.id, b.state, b.paused, b.refusal_reason, b.audience_size, b.eligible, b.released_seq, b.released_count, b.release_round,
      b.completed_at IS NOT NULL AS ended, b.started_at IS NOT NULL AS started FROM blasts b`,
    progress: sql`SELECT blast_id, sum(accepted)::int AS accepted, sum(skipped)::int AS skipped, sum(rejected)::int AS rejected,
      sum(retrying)::int AS retrying, sum(in_doubt)::int AS in_doubt, sum(held)::int AS held FROM blast_progress GROUP BY 1
      HAVING sum(abs(accepted) + abs(skipped) + abs(rejected) + abs(retrying) + abs(in_doubt) + abs(held)) > 0
        AND (sum(accepted), sum(skipped), sum(rejected), sum(retrying), sum(in_doubt), sum(held)) <> (0, 0, 0, 0, 0, 0)`,
    reasons: sql`SELECT blast_id, reason, sum(count)::int AS n FROM blast_reasons GROUP BY 1, 2 HAVING sum(count) <> 0`,
    deliveries: sql`SELECT blast_id, seq, customer_id, address_key, state, reason, attempt, step, provider_message_id FROM deliveries`,
    claims: sql`SELECT id, blast_id, (SELECT array_agg(s ORDER BY s) FROM unnest(seqs) s) AS seqs FROM claims`,
    wakeups: sql`SELECT blast_id, seq, attempt, lane FROM wakeups`,
    doubts: sql`SELECT blast_id, seq, attempt FROM doubts`,
    ledger: sql`SELECT blast_id, kind, sum(amount)::int AS amount, sum(reserved)::int AS reserved FROM ledger GROUP BY 1, 2`,
    balance: sql`SELECT balance FROM credits`,
    activities: sql`SELECT source_id AS blast_id, seq, step, kind FROM activities WHERE step BETWEEN 1 AND 999`,
    facts: sql`SELECT blast_id, seq, opens FROM delivery_facts`,
    schedules: sql`SELECT id, fired, next_occurrence FROM schedules`,
  };
  return database.asSystem(async (tx) => {
    const tables: Record<string, unknown> = {};
    for (const [table, query] of Object.entries(queries)) tables[table] = (await query.execute(tx)).rows;
    return tables;
  });
}

function dumpModel({ memory }: Pair) {
  const blasts = [...memory.blasts.values()];
  const sums = Map.groupBy(memory.ledger, ({ blastId, kind }) => `${blastId}/${kind}`);
  return {
    blasts: blasts.map((b) => ({
      id: b.id, state: b.state, paused: b.paused, refusal_reason: b.refusalReason, audience_size: b.audienceSize, eligible: b.eligible,
      released_seq: b.releasedSeq, released_count: b.releasedCount, release_round: b.releaseRound, ended: b.completedAtMs !== null,
      started: b.startedAtMs !== null,
    })), // prettier-ignore
    progress: blasts
      .filter(({ progress }) => Object.values(progress).some((n) => n !== 0))
      .map(({ id, progress }) => ({ blast_id: id, ...progress })),
    reasons: blasts.flatMap(({ id, reasons }) =>
      [...reasons].filter(([, n]) => n !== 0).map(([reason, n]) => ({ blast_id: id, reason, n })),
    ),
    deliveries: blasts.flatMap(({ id, deliveries }) =>
      deliveries.map((d) => ({
        blast_id: id, seq: d.seq, customer_id: d.customerId, address_key: d.addressKey, state: d.state, reason: d.reason, attempt: d.attempt,
        step: d.step, provider_message_id: d.providerMessageId,
      })),
    ), // prettier-ignore
    claims: [...memory.claims.values()].map(({ id, blastId, seqs }) => ({ id, blast_id: blastId, seqs })),
    wakeups: [...memory.wakeups.values()].map(({ blastId, seq, attempt, lane }) => ({
      blast_id: blastId,
      seq,
      attempt,
      lane,
    })),
    doubts: [...memory.doubts.values()].map(({ blastId, seq, attempt }) => ({
      blast_id: blastId,
      seq,
      attempt,
    })),
    ledger: [...sums.values()].map((entries) => ({
      blast_id: entries[0]!.blastId, kind: entries[0]!.kind, amount: entries.reduce((sum, e) => sum + e.amount, 0),
      reserved: entries.reduce((sum, e) => sum + e.reserved, 0),
    })), // prettier-ignore
    balance: [...memory.agencies.values()].map(({ balance }) => ({ balance })),
    activities: [...memory.activities.values()].map(({ blastId, seq, step, kind }) => ({
      blast_id: blastId,
      seq,
      step,
      kind,
    })),
    facts: [...memory.facts].map(([key, { opens }]) => ({
      blast_id: key.split("/")[0],
      seq: Number(key.split("/")[1]),
      opens,
    })),
    schedules: [...memory.schedules.values()].map(({ id, fired, nextOccurrence }) => ({
      id,
      fired,
      next_occurrence: nextOccurrence,
    })),
  };
}
