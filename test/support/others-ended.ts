import { sql } from "kysely";
import type { Database } from "#core/adapters/postgres/database.ts";
import { until } from "./until.ts";

/**
 * Resolves when every transaction has ended that is older than this moment, also those of other databases on the server: while one is open, facts
 * behind it are not told, and versions of rows that it might have seen are not cleaned up.
 */
export async function othersEnded(database: Database): Promise<void> {
  const bound = async (name: "xmin" | "xmax") => {
    const { rows } = await database.asSystem((tx) =>
      sql<{
        n: number;
      }>`SELECT ${sql.raw(`pg_snapshot_${name}`)}(pg_current_snapshot())::text::bigint AS n`.execute(tx),
    );
    return rows[0]!.n;
  };
  const next = await bound("xmax");
  await until("the end of every older transaction", 30_000, async () => (await bound("xmin")) >= next);
}
