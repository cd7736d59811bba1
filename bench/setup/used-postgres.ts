import pg from "pg";

/** As many files as `min_wal_size` below keeps, less the one in use. */
const FILES = 60;

/**
 * A new database writes each file of its log (16 MB) full of zeros before its first use, and every commit waits meanwhile: 20 ms to 100 ms each. One that
 * has run for an hour uses the old files again.
 */
export const USED_SETTINGS: Readonly<Record<string, string>> = { min_wal_size: "1GB" };

/** Gives PostgreSQL the files that it would have after an hour of work. Nothing for a server that is not ours: that one has its own. */
export async function usePostgres(databaseUrl: string): Promise<void> {
  if (process.env["DATABASE_URL"]) return;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (let file = 0; file < FILES; file += 1) {
      // A file in which nothing was written is not left.
      await client.query("SELECT pg_logical_emit_message(false, 'bench', '')");
      await client.query("SELECT pg_switch_wal()");
    }
    await client.query("CHECKPOINT");
  } finally {
    await client.end();
  }
}
