import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import type { FactRow } from "./fact-rows.ts";

/** The read tables in a database of their own, built from facts and from nothing else. */
export interface ReadModel {
  /** Takes facts in any order and any number of times. */
  apply: (rows: readonly FactRow[]) => Promise<void>;
  /** Makes counters and suppressions of what was applied. */
  finish: () => Promise<void>;
  query: Kysely<unknown>;
  close: () => Promise<void>;
}

/** The database is not empty, and may be somebody's. */
export class NotFreshError extends Error {
  override readonly name = "NotFreshError";
}

const tables = /* sql */ `
CREATE TABLE activities (
  source_id uuid NOT NULL,
  seq int NOT NULL,
  step int NOT NULL,
  agency_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (source_id, seq, step)
);
-- How each address is by the latest change, also where that took it off the list.
CREATE TABLE suppression_states (
  agency_id uuid NOT NULL,
  address_key text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  removed boolean NOT NULL,
  source text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (agency_id, address_key, reason)
);
CREATE TABLE blast_progress (
  blast_id uuid PRIMARY KEY,
  agency_id uuid NOT NULL,
  accepted int NOT NULL,
  skipped int NOT NULL,
  rejected int NOT NULL,
  retrying int NOT NULL,
  in_doubt int NOT NULL,
  held int NOT NULL
);
CREATE TABLE blast_reasons (
  blast_id uuid NOT NULL,
  reason text COLLATE "C" NOT NULL,
  agency_id uuid NOT NULL,
  count int NOT NULL,
  PRIMARY KEY (blast_id, reason)
);
CREATE TABLE suppressions (
  agency_id uuid NOT NULL,
  address_key text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  source text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (agency_id, address_key, reason)
);`;

// What the provider told of a delivery has steps from here on and changes no state.
const firstFactStep = 1_000;

/** Makes the tables in an empty database. Throws NotFreshError when it has tables. */
export async function createReadModel(databaseUrl: string): Promise<ReadModel> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, application_name: "fanfare-replay" });
  pool.on("error", () => {});
  const query = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await requireEmpty(query);
    await query.transaction().execute((tx) => sql.raw(tables).execute(tx));
  } catch (error) {
    await query.destroy();
    throw error;
  }
  return {
    query,
    apply: async (rows) => {
      await applyActivities(query, rows);
      await applySuppressions(query, rows);
    },
    finish: () => query.transaction().execute(count),
    close: () => query.destroy(),
  };
}

async function requireEmpty(query: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LIMIT 1`.execute(query);
  const [first] = rows;
  if (first !== undefined)
    throw new NotFreshError(
      `The database to build into has tables already, for example ${first.name}. Give an empty one: CREATE DATABASE replayed.`,
    );
}

const time = (column: string) => sql`to_timestamp(0) + ${sql.ref(column)} * interval '1 microsecond'`;

async function applyActivities(query: Kysely<unknown>, rows: readonly FactRow[]): Promise<void> {
  const own = rows.filter((row) => row.part === 1);
  if (own.length === 0) return;
  await sql`
    INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, at, data)
    SELECT source_id, seq, step, agency_id, customer_id, kind, ${time("at_us")}, data::jsonb
    FROM jsonb_to_recordset(${JSON.stringify(own)}::jsonb)
      AS r(source_id uuid, seq int, step int, agency_id uuid, customer_id uuid, kind text, at_us bigint, data text)
    ON CONFLICT DO NOTHING`.execute(query);
}

async function applySuppressions(query: Kysely<unknown>, rows: readonly FactRow[]): Promise<void> {
  const own = rows.filter((row) => row.part === 2);
  if (own.length === 0) return;
  await sql`
    INSERT INTO suppression_states AS known (agency_id, address_key, reason, version, removed, source, since)
    SELECT DISTINCT ON (agency_id, address_key, reason) agency_id, address_key, reason, version, removed, source, ${time("at_us")}
    FROM jsonb_to_recordset(${JSON.stringify(own)}::jsonb)
      AS r(agency_id uuid, address_key text, reason text, version bigint, removed boolean, source text, at_us bigint)
    ORDER BY agency_id, address_key, reason, version DESC
    ON CONFLICT (agency_id, address_key, reason) DO UPDATE SET version = excluded.version, removed = excluded.removed,
      source = excluded.source, since = excluded.since
    WHERE known.version < excluded.version`.execute(query);
}

/** A delivery is what its last transition says; those that have none are pending, or on their way for the first time, and count nowhere. */
async function count(tx: Kysely<unknown>): Promise<void> {
  const latest = sql`
    SELECT DISTINCT ON (source_id, seq) source_id AS blast_id, agency_id, split_part(kind, '.', 2) AS state,
      coalesce(data->>'reason', 'unknown') AS reason
    FROM activities WHERE kind LIKE 'delivery.%' AND step BETWEEN 1 AND ${firstFactStep - 1}::int ORDER BY source_id, seq, step DESC`;
  await sql`
    INSERT INTO blast_progress
    SELECT blast_id, agency_id, count(*) FILTER (WHERE state = 'accepted'), count(*) FILTER (WHERE state = 'skipped'),
      count(*) FILTER (WHERE state = 'rejected'), count(*) FILTER (WHERE state = 'retry'), count(*) FILTER (WHERE state = 'in_doubt'),
      count(*) FILTER (WHERE state = 'held')
    FROM (${latest}) d GROUP BY 1, 2`.execute(tx);
  await sql`
    INSERT INTO blast_reasons
    SELECT blast_id, reason, agency_id, count(*) FROM (${latest}) d WHERE state IN ('skipped', 'rejected') GROUP BY 1, 2, 3`.execute(
    tx,
  );
  await sql`
    INSERT INTO suppressions
    SELECT agency_id, address_key, reason, source, since FROM suppression_states WHERE NOT removed`.execute(
    tx,
  );
}
