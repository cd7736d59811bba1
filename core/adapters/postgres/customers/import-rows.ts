import { sql, type RawBuilder } from "kysely";
import type { ImportRow } from "#core/domain/import/read-row.ts";
import type { Tx } from "../database.ts";

/** Columns that the file has. What it does not have keeps its value in customers that exist. */
export interface ImportedColumns {
  firstName: boolean;
  lastName: boolean;
  locale: boolean;
  status: boolean;
}

/** The customer of each row, by position, and how many customers are new. */
export interface ImportedRows {
  customerIds: string[];
  created: number;
}

// Attributes of many files add up in one customer; past this only the newest file's are kept.
const maxMergedAttributes = 200;

/**
 * Creates or updates a customer for each row of a page. A row with an external id is the customer of that id. A row without one is
 * the customer with its address when there is exactly one, else the oldest with that address and no external id, else a new one.
 * Of rows that are the same customer the last wins. Importing the same page again changes nothing.
 */
export async function importRows(
  tx: Tx,
  agencyId: string,
  rows: readonly ImportRow[],
  has: ImportedColumns,
): Promise<ImportedRows> {
  // One page at a time for each agency: two imports of one file then find each other's customers instead of making them twice.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${"fanfare:import:" + agencyId}, 0))`.execute(tx);
  const byExternalId = new Map(
    rows.flatMap((row) => (row.externalId === null ? [] : [[row.externalId, row]])),
  );
  const byAddress = new Map(rows.flatMap((row) => (row.externalId === null ? [[row.addressKey, row]] : [])));
  const known = await upsertByExternalId(tx, agencyId, [...byExternalId.values()], has);
  const found = await upsertByAddress(tx, agencyId, [...byAddress.values()], has);
  return {
    customerIds: rows.map((row) =>
      row.externalId === null ? found.ids.get(row.addressKey)! : known.ids.get(row.externalId)!,
    ),
    created: known.created + found.created,
  };
}

type Upserted = { ids: Map<string, string>; created: number };
type IdRow = { key: string; id: string; created: boolean };

async function upsertByExternalId(
  tx: Tx,
  agencyId: string,
  rows: readonly ImportRow[],
  has: ImportedColumns,
): Promise<Upserted> {
  if (rows.length === 0) return { ids: new Map(), created: 0 };
  // What is already so is not written: on a repeated import, a row lock alone would cost as much as the rest. The LIMIT makes it
  // one look into the index for each row, whatever the planner believes of a table that grows while it is planned for.
  const result = await sql<IdRow>`
    WITH matched AS MATERIALIZED (
      SELECT i.*, c.id, coalesce(${isSame(has)}, false) AS same
      FROM ${input(rows)}
      LEFT JOIN LATERAL (
        SELECT * FROM customers WHERE agency_id = ${agencyId} AND external_id = i.external_id LIMIT 1
      ) c ON true
    ),
    written AS (
      INSERT INTO customers AS c (agency_id, external_id, email, address_key, first_name, last_name, locale, status, attributes)
      SELECT ${agencyId}::uuid, external_id, email, address_key, first_name, last_name, locale, status, attributes
      FROM matched WHERE NOT same ORDER BY external_id
      ON CONFLICT (agency_id, external_id) WHERE external_id IS NOT NULL DO UPDATE SET ${assignments(has)}
      RETURNING c.id, c.external_id, c.xmax = 0 AS created
    )
    SELECT external_id AS key, id, false AS created FROM matched WHERE same
    UNION ALL SELECT external_id, id, created FROM written`.execute(tx);
  return upserted(result.rows);
}

async function upsertByAddress(
  tx: Tx,
  agencyId: string,
  rows: readonly ImportRow[],
  has: ImportedColumns,
): Promise<Upserted> {
  if (rows.length === 0) return { ids: new Map(), created: 0 };
  const result = await sql<IdRow>`
    WITH owned AS MATERIALIZED (SELECT i.*, ${addressOwner(agencyId)} AS id FROM ${input(rows)}),
    matched AS MATERIALIZED (
      SELECT i.*, CASE WHEN i.id IS NULL THEN uuid_v7() END AS new_id, coalesce(${isSame(has)}, false) AS same
      FROM owned i
      LEFT JOIN LATERAL (SELECT * FROM customers WHERE id = i.id LIMIT 1) c ON true
    ),
    written AS (
      INSERT INTO customers AS c (id, agency_id, email, address_key, first_name, last_name, locale, status, attributes)
      SELECT coalesce(id, new_id), ${agencyId}::uuid, email, address_key, first_name, last_name, locale, status, attributes
      FROM matched WHERE NOT same
      ON CONFLICT (id) DO UPDATE SET ${assignments(has)}
    )
    SELECT address_key AS key, coalesce(id, new_id) AS id, id IS NULL AS created FROM matched`.execute(tx);
  return upserted(result.rows);
}

/** The customer that a row `i` without external id means; null for none. */
export function addressOwner(agencyId: string): RawBuilder<unknown> {
  return sql`(
    SELECT CASE WHEN count(*) = 1 THEN (array_agg(c.id))[1]
      ELSE (array_agg(c.id ORDER BY c.id) FILTER (WHERE c.external_id IS NULL))[1] END
    FROM customers c WHERE c.agency_id = ${agencyId} AND c.address_key = i.address_key)`;
}

function upserted(rows: readonly IdRow[]): Upserted {
  return {
    ids: new Map(rows.map((row) => [row.key, row.id])),
    created: rows.filter((row) => row.created).length,
  };
}

/** Rows as a table `i`. */
function input(rows: readonly ImportRow[]): RawBuilder<unknown> {
  return sql`unnest(
      ${rows.map((row) => row.externalId)}::text[], ${rows.map((row) => row.email)}::text[],
      ${rows.map((row) => row.addressKey)}::text[], ${rows.map((row) => row.firstName)}::text[],
      ${rows.map((row) => row.lastName)}::text[], ${rows.map((row) => row.locale)}::text[],
      ${rows.map((row) => row.status)}::text[], ${rows.map((row) => JSON.stringify(row.attributes))}::jsonb[]
    ) i (external_id, email, address_key, first_name, last_name, locale, status, attributes)`;
}

const columnsOf: readonly [keyof ImportedColumns, string][] = [
  ["firstName", "first_name"],
  ["lastName", "last_name"],
  ["locale", "locale"],
  ["status", "status"],
];

/** Columns that the file has, beside the address and the attributes, which it always has. */
function replaced(has: ImportedColumns): string[] {
  return ["email", "address_key", ...columnsOf.flatMap(([name, column]) => (has[name] ? [column] : []))];
}

/** What becomes of a customer `c` that a row would insert again. */
function assignments(has: ImportedColumns): RawBuilder<unknown> {
  const values = replaced(has).map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`);
  const merged = sql`c.attributes || excluded.attributes`;
  const attributes = sql`attributes = CASE
    WHEN (SELECT count(*) FROM jsonb_object_keys(${merged})) <= ${sql.lit(maxMergedAttributes)} THEN ${merged}
    ELSE excluded.attributes END`;
  return sql.join([...values, attributes, sql`updated_at = now()`]);
}

/** Whether the customer `c` already is what the row `i` says; null without a customer. */
function isSame(has: ImportedColumns): RawBuilder<unknown> {
  const columns = replaced(has);
  const values = (table: string) => sql.join(columns.map((column) => sql.ref(`${table}.${column}`)));
  return sql`(${values("c")}) = (${values("i")}) AND c.attributes @> i.attributes`;
}
