import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** A value and how many of those that were looked at have it. */
export type ValueInUse = { value: string; customers: number };
/** What customers' attributes are called and hold, the most frequent first. */
export type AttributesInUse = {
  attributes: { name: string; customers: number; values: ValueInUse[] }[];
  locales: ValueInUse[];
  lookedAt: number;
};

// What is in use shows in few: this many, with ten attributes each, take some 50 ms.
const maxCustomers = 10_000;
const maxNames = 200;
const maxValues = 20;
const maxLocales = 50;
// Longer ones are words of people, which nobody filters by.
const maxValueChars = 100;

/** Attributes, their values and locales of the agency's newest customers. */
export async function readAttributesInUse(tx: Tx, agencyId: string): Promise<AttributesInUse> {
  const newest = sql`(SELECT c.locale, c.attributes FROM customers c
    WHERE c.agency_id = ${agencyId} AND c.status <> 'deleted' ORDER BY c.id DESC LIMIT ${maxCustomers}) c`;
  const { rows: attributes } = await sql<AttributesInUse["attributes"][number]>`
    WITH pairs AS (
      SELECT a.key AS name, a.value, count(*)::int AS customers
      FROM ${newest} CROSS JOIN LATERAL jsonb_each_text(c.attributes) a GROUP BY 1, 2
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY name ORDER BY customers DESC, value) AS place FROM pairs
      WHERE char_length(value) <= ${maxValueChars} AND value <> ''
    )
    SELECT n.name, n.customers, coalesce((
      SELECT jsonb_agg(jsonb_build_object('value', r.value, 'customers', r.customers) ORDER BY r.place)
      FROM ranked r WHERE r.name = n.name AND r.place <= ${maxValues}), '[]') AS values
    FROM (SELECT name, sum(customers)::int AS customers FROM pairs GROUP BY 1
          ORDER BY 2 DESC, 1 LIMIT ${maxNames}) n
    ORDER BY n.customers DESC, n.name`.execute(tx);
  const { rows: locales } = await sql<ValueInUse>`
    SELECT c.locale AS value, count(*)::int AS customers FROM ${newest}
    WHERE c.locale <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${maxLocales}`.execute(tx);
  const { rows: looked } = await sql<{ count: number }>`SELECT count(*)::int AS count FROM ${newest}`.execute(
    tx,
  );
  return { attributes, locales, lookedAt: looked[0]?.count ?? 0 };
}
