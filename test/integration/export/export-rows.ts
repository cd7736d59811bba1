import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { toolPath } from "#dev/bootstrap/tools.ts";

/** Runs a statement in DuckDB and answers its first row, as text. `files` stand in it as $1, $2, …. */
export function duckdb(statement: string, ...files: string[]): string {
  const program = "import duckdb, sys; print(*duckdb.execute(sys.argv[1], sys.argv[2:]).fetchone())";
  return execFileSync(toolPath("duckdb"), ["-c", program, statement, ...files], { encoding: "utf8" }).trim();
}

/** A blast and its deliveries with the sequences 1 to `count`, as a sender leaves them: most accepted, every 50th skipped. */
export async function insertBlast(tx: Tx, agencyId: string, blastId: string, count: number): Promise<void> {
  await sql`
    INSERT INTO blasts (id, agency_id, name, lane, template_id, template_version, audience, state, audience_size, released_seq)
    VALUES (${blastId}, ${agencyId}, 'large', 'bulk', ${randomUUID()}, 1, '{}', 'completed', ${count}, ${count})`.execute(
    tx,
  );
  // In portions: a statement has 30 s.
  for (let from = 1; from <= count; from += 100_000) {
    await sql`
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key, state, reason, attempt, provider_message_id)
      SELECT ${blastId}, n, ${agencyId}, gen_random_uuid(), 'customer-' || n || '@example.com', 'customer-' || n || '@example.com',
        CASE WHEN n % 50 = 0 THEN 'skipped' ELSE 'accepted' END, CASE WHEN n % 50 = 0 THEN 'opted_out' ELSE '' END, 1, '<' || n / 500 || '@mail.example.com>'
      FROM generate_series(${from}::int, ${Math.min(count, from + 99_999)}::int) n`.execute(tx);
  }
}
