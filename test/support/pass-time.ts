// Lets time pass for the rows instead of for the test: every moment that a timer compares with now() lies so much further back.
import { sql } from "kysely";
import type { Database } from "#core/adapters/postgres/database.ts";

const moments: Readonly<Record<string, readonly string[]>> = {
  claims: ["lease_until"],
  wakeups: ["at"],
  doubts: ["since", "claimed_at", "next_look_at"],
  blasts: ["accepted_at", "started_at", "rebuild_at", "feeder_until"],
  blast_progress: ["changed_at"],
  outbox: ["created_at"],
  address_verdicts: ["expires_at"],
};

/** Moves all rows of the database into the past. Clocks inside the programs are not moved. */
export async function passTime(database: Database, ms: number): Promise<void> {
  await database.asSystem(async (tx) => {
    for (const [table, columns] of Object.entries(moments)) {
      const moved = columns.map(
        (column) => sql`${sql.ref(column)} = ${sql.ref(column)} - make_interval(secs => ${ms / 1_000})`,
      );
      await sql`UPDATE ${sql.table(table)} SET ${sql.join(moved)}`.execute(tx);
    }
  });
}
