import { randomUUID } from "node:crypto";
import pg from "pg";

const SCHEMA = "bench_limit";
const ROWS = 100_000;
/** As customer-sender works: so many rows a statement, on so many connections. */
const BATCH = 500;
const CONNECTIONS = 4;

/** What PostgreSQL does alone, in a table like `deliveries` with its indexes. */
export type PostgresLimits = { copiedPerS: number; updatedPerS: number };

/**
 * Rows a second that one COPY takes, and that one UPDATE by unnest after the other changes, each its own transaction. The pipeline inserts each row, changes it twice
 * and writes more beside it.
 */
export async function measurePostgres(databaseUrl: string): Promise<PostgresLimits> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  try {
    const blastId = randomUUID();
    await createRows(pool, blastId);
    const beganMs = performance.now();
    const connection = async (first: number) => {
      for (let from = first * BATCH; from < ROWS; from += CONNECTIONS * BATCH)
        await updateBatch(pool, blastId, from);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => connection(index)));
    const updatedPerS = ROWS / ((performance.now() - beganMs) / 1_000);
    return { copiedPerS: await copyRows(pool), updatedPerS };
  } finally {
    await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    await pool.end();
  }
}

async function createRows(pool: pg.Pool, blastId: string): Promise<void> {
  await pool.query(`CREATE SCHEMA ${SCHEMA}`);
  await pool.query(
    `CREATE TABLE ${SCHEMA}.rows (LIKE public.deliveries INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES) WITH (fillfactor = 70)`,
  );
  await pool.query(
    `INSERT INTO ${SCHEMA}.rows (blast_id, seq, agency_id, customer_id, address, address_key)
     SELECT $1, n, gen_random_uuid(), gen_random_uuid(), 'customer-' || n || '@customers.example', 'customer-' || n || '@customers.example'
     FROM generate_series(1, $2::int) AS n`,
    [blastId, ROWS],
  );
  await pool.query(`VACUUM ANALYZE ${SCHEMA}.rows`);
}

/** The same rows through a file beside the server's data into an empty table of the same shape. */
async function copyRows(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ file: string }>(
    "SELECT current_setting('data_directory') || '/bench-limit.copy' AS file",
  );
  const file = pg.escapeLiteral(rows[0]!.file);
  await pool.query(`COPY ${SCHEMA}.rows TO ${file}`);
  await pool.query(`TRUNCATE ${SCHEMA}.rows`);
  const beganMs = performance.now();
  await pool.query(`COPY ${SCHEMA}.rows FROM ${file}`);
  return ROWS / ((performance.now() - beganMs) / 1_000);
}

async function updateBatch(pool: pg.Pool, blastId: string, from: number): Promise<void> {
  const seqs = Array.from({ length: BATCH }, (_, index) => from + index + 1);
  const ids = seqs.map(() => "<20261122083000.1234567890abcdef@mail.bench.example>");
  const states = seqs.map(() => "accepted");
  await pool.query(
    `UPDATE ${SCHEMA}.rows d SET state = t.state, step = d.step + 1, attempt = d.attempt + 1,
       changed_at = clock_timestamp(), provider_message_id = t.id
     FROM unnest($2::int[], $3::text[], $4::text[]) AS t(seq, state, id)
     WHERE d.blast_id = $1 AND d.seq = t.seq`,
    [blastId, seqs, states, ids],
  );
}
