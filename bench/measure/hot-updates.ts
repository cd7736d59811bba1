import pg from "pg";

/** Percent of the updates of deliveries that were HOT: written into the same page, no index touched. 0 before the first update. */
export async function hotUpdatePercent(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ percent: number | null }>(
      `SELECT (100 * sum(n_tup_hot_upd) / nullif(sum(n_tup_upd), 0))::float8 AS percent
       FROM pg_stat_user_tables WHERE relname LIKE 'deliveries%'`,
    );
    return rows[0]?.percent ?? 0;
  } finally {
    await client.end();
  }
}
