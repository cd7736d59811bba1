// Blasts as rows, for pages that are looked at and not sent: sending so many would take longer than looking at them.
import { sql } from "kysely";
import type { Database } from "#core/adapters/postgres/database.ts";

/** Deliveries of the blast whose table is scrolled. */
export const hugeAudience = 100_000;
/** Shards of a blast's counters. */
const shards = 16;

async function insertBlast(
  database: Database,
  agencyId: string,
  name: string,
  state: "sending" | "completed",
): Promise<string> {
  return database.asSystem(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      INSERT INTO blasts (agency_id, name, lane, template_id, template_version, audience, state, audience_size, eligible,
                          started_at, completed_at)
      VALUES (${agencyId}, ${name}, 'bulk', gen_random_uuid(), 1, '{}', ${state}, ${hugeAudience}, ${hugeAudience},
              now(), ${state === "completed" ? sql`now()` : null})
      RETURNING id`.execute(tx);
    const blastId = rows[0]?.id ?? "";
    await sql`INSERT INTO blast_progress (blast_id, shard, agency_id, accepted)
      SELECT ${blastId}, n, ${agencyId}, ${state === "completed" ? hugeAudience / shards : 0}
      FROM generate_series(0, ${shards - 1}::int) n`.execute(tx);
    return blastId;
  });
}

/** A blast that ended, with all its deliveries. */
export async function hugeBlast(database: Database, agencyId: string): Promise<string> {
  const blastId = await insertBlast(database, agencyId, "Gulf coast, everybody", "completed");
  await database.asSystem((tx) =>
    sql`
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key, state, attempt)
      SELECT ${blastId}, n, ${agencyId}, gen_random_uuid(), 'c' || n || '@example.org', 'c' || n || '@example.org', 'accepted', 1
      FROM generate_series(1, ${hugeAudience}::int) n`.execute(tx),
  );
  return blastId;
}

/** A blast that is being sent; nobody sends it but `count`, which counts deliveries as accepted, as senders do. */
export async function stormingBlast(database: Database, agencyId: string) {
  const blastId = await insertBlast(database, agencyId, "A storm of progress", "sending");
  let shard = 0;
  return {
    blastId,
    async count(deliveries: number): Promise<void> {
      shard = (shard + 1) % shards;
      await database.asSystem((tx) =>
        sql`UPDATE blast_progress SET accepted = accepted + ${deliveries}, changed_at = now()
          WHERE blast_id = ${blastId} AND shard = ${shard}`.execute(tx),
      );
    },
  };
}
