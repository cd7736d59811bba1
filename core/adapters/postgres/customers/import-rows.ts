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
  // A customer that already is what the row says is not written; the join finds its id all the same.
  const result = await sql<IdRow>`
    WITH input AS MATERIALIZED (SELECT * FROM ${input(rows)}),
    written AS (
      INSERT INTO customers AS c (agency_id, external_id, email, address_key, first_name, last_name, locale, status, attributes)
      SELECT ${agencyId}::uuid, external_id, email, address_key, first_name, last_name, locale, status, attributes
      FROM input ORDER BY external_id
      ON CONFLICT (agency_id, external_id) WHERE external_id IS NOT NULL
      DO UPDATE SET ${assignments(has, sql`excluded`)} WHERE ${differs(has, sql`excluded`)}
      RETURNING c.id, c.external_id, c.xmax = 0 AS created
    )
    SELECT i.external_id AS key, coalesce(w.id, c.id) AS id, coalesce(w.created, false) AS created
    FROM input i
    LEFT JOIN written w ON w.external_id = i.external_id
    LEFT JOIN customers c ON c.agency_id = ${agencyId} AND c.external_id = i.external_id`.execute(tx);
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
    WITH matched AS MATERIALIZED (
      SELECT i.*, ${addressOwner(agencyId)} AS id FROM ${input(rows)}
    ),
    written AS (
      UPDATE customers c SET ${assignments(has, sql`i`)}
      FROM matched i WHERE c.id = i.id AND ${differs(has, sql`i`)}
    ),
    inserted AS (
      INSERT INTO customers (agency_id, email, address_key, first_name, last_name, locale, status, attributes)
      SELECT ${agencyId}::uuid, email, address_key, first_name, last_name, locale, status, attributes
      FROM matched WHERE id IS NULL
      RETURNING id, address_key
    )
    SELECT m.address_key AS key, coalesce(m.id, n.id) AS id, m.id IS NULL AS created
    FROM matched m LEFT JOIN inserted n ON n.address_key = m.address_key`.execute(tx);
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

/** What becomes of a column of `c`, given the row's value. */
function assignedValues(
  has: ImportedColumns,
  row: RawBuilder<unknown>,
): [column: string, value: RawBuilder<unknown>][] {
  const values: [string, RawBuilder<unknown>][] = [
    ["email", sql`${row}.email`],
    ["address_key", sql`${row}.address_key`],
    [
      "attributes",
      sql`CASE WHEN (SELECT count(*) FROM jsonb_object_keys(c.attributes || ${row}.attributes)) <= ${sql.lit(maxMergedAttributes)}
        THEN c.attributes || ${row}.attributes ELSE ${row}.attributes END`,
    ],
  ];
  if (has.firstName) values.push(["first_name", sql`${row}.first_name`]);
  if (has.lastName) values.push(["last_name", sql`${row}.last_name`]);
  if (has.locale) values.push(["locale", sql`${row}.locale`]);
  if (has.status) values.push(["status", sql`${row}.status`]);
  return values;
}

function assignments(has: ImportedColumns, row: RawBuilder<unknown>): RawBuilder<unknown> {
  const set = assignedValues(has, row).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  return sql.join([...set, sql`updated_at = now()`]);
}

function differs(has: ImportedColumns, row: RawBuilder<unknown>): RawBuilder<unknown> {
  const values = assignedValues(has, row);
  const before = sql.join(values.map(([column]) => sql.ref(`c.${column}`)));
  return sql`(${before}) IS DISTINCT FROM (${sql.join(values.map(([, value]) => value))})`;
}
