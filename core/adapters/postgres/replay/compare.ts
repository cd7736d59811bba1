import { sql, type Kysely, type QueryExecutorProvider, type RawBuilder } from "kysely";
import type { Database } from "../database.ts";

/** One row that is not the same on both sides. */
export interface Difference {
  table: "activities" | "blast_progress" | "blast_reasons" | "suppressions";
  key: string;
  kind: "missing" | "surplus" | "changed";
  /** What stands in the source, and what was rebuilt; undefined where there is nothing. */
  source: string | undefined;
  rebuilt: string | undefined;
}

/** Rows of a table, each as two texts, the key unique. All above `after` must be among them, by the order of bytes, or the next page's worth. */
type Rows = (agencyId: string | undefined, after: string) => RawBuilder<unknown>;
type Comparison = { table: Difference["table"]; source: Rows; rebuilt: Rows };

type Row = { key: string; value: string };
type ReadPage = (query: RawBuilder<unknown>, after: string) => Promise<Row[]>;

const pageRows = 5_000;

const of = (agencyId: string | undefined) =>
  agencyId === undefined ? sql`true` : sql`agency_id = ${agencyId}`;
const micros = (column: string) => sql`(extract(epoch FROM ${sql.ref(column)}) * 1000000)::bigint`;

// Blasts of months that were dropped keep their counters and have no facts any more.
const kept = sql`blast_id >= coalesce((SELECT uuid_v7_floor(min(month_of_partition(inhrelid::regclass::text))) FROM pg_inherits
  WHERE inhparent = 'activities'::regclass), '00000000-0000-0000-0000-000000000000')`;

// The largest table: a page is read by its primary key, whose order is that of the texts.
const activities: Rows = (agencyId, after) => {
  const [sourceId = "", seq = "0", step = "0"] = after.split(".");
  const above =
    sourceId === ""
      ? sql`true`
      : sql`(source_id, seq, step) > (${sourceId}::uuid, ${Number(seq)}::int, ${Number(step)}::int)`;
  return sql`
    SELECT concat_ws('.', source_id, lpad(seq::text, 10, '0'), lpad(step::text, 5, '0')) AS key,
      concat_ws(' ', agency_id, customer_id, kind, ${micros("at")}, data) AS value
    FROM activities WHERE ${of(agencyId)} AND ${above} ORDER BY source_id, seq, step LIMIT ${pageRows}`;
};
const suppressions: Rows = (agencyId) => sql`
  SELECT concat_ws(' ', agency_id, address_key, reason) AS key, concat_ws(' ', ${micros("since")}, source) AS value
  FROM suppressions WHERE ${of(agencyId)}`;
const counters = ["accepted", "skipped", "rejected", "retrying", "in_doubt", "held"] as const;
const spelled = sql`concat_ws(' ', ${sql.join(counters.map((name) => sql`${sql.lit(name)}, ${sql.ref(name)}`))})`;

const comparisons: readonly Comparison[] = [
  { table: "activities", source: activities, rebuilt: activities },
  {
    table: "blast_progress",
    source: (agencyId) => sql`
      SELECT blast_id::text AS key, ${spelled} AS value FROM (
        SELECT blast_id, ${sql.join(counters.map((name) => sql`sum(${sql.ref(name)}) AS ${sql.ref(name)}`))}
        FROM blast_progress WHERE ${of(agencyId)} AND ${kept} GROUP BY 1) p
      WHERE ${sql.join(
        counters.map((name) => sql`${sql.ref(name)} <> 0`),
        sql` OR `,
      )}`,
    rebuilt: (agencyId) =>
      sql`SELECT blast_id::text AS key, ${spelled} AS value FROM blast_progress WHERE ${of(agencyId)}`,
  },
  {
    table: "blast_reasons",
    source: (agencyId) => sql`
      SELECT concat_ws(' ', blast_id, reason) AS key, sum(count)::text AS value FROM blast_reasons
      WHERE ${of(agencyId)} AND ${kept} GROUP BY 1 HAVING sum(count) <> 0`,
    rebuilt: (agencyId) => sql`
      SELECT concat_ws(' ', blast_id, reason) AS key, count::text AS value FROM blast_reasons WHERE ${of(agencyId)}`,
  },
  { table: "suppressions", source: suppressions, rebuilt: suppressions },
];

/** Every difference between the read tables of a running house and rebuilt ones, table by table. Both sides are read in pages. */
export async function* compareReadTables(
  { asSystem }: Database,
  rebuilt: Kysely<unknown>,
  agencyId: string | undefined,
): AsyncGenerator<Difference> {
  for (const { table, source, rebuilt: other } of comparisons) {
    const left = pages(
      (query, after) => asSystem((tx) => page(tx, query, after)),
      (after) => source(agencyId, after),
    );
    const right = pages(
      (query, after) => page(rebuilt, query, after),
      (after) => other(agencyId, after),
    );
    for await (const difference of merge(left, right)) yield { table, ...difference };
  }
}

/** How many deliveries are on their way. What was claimed for another try is no fact before its outcome: their blasts' counters may differ. */
export async function countOnTheirWay({ asSystem }: Database): Promise<number> {
  const { rows } = await asSystem((tx) =>
    sql<{ n: number }>`SELECT coalesce(sum(cardinality(seqs)), 0)::int AS n FROM claims`.execute(tx),
  );
  return rows[0]?.n ?? 0;
}

async function page(query: QueryExecutorProvider, rows: RawBuilder<unknown>, after: string): Promise<Row[]> {
  const found = await sql<Row>`
    SELECT key, value FROM (${rows}) r WHERE key COLLATE "C" > ${after} ORDER BY key COLLATE "C" LIMIT ${pageRows}`.execute(
    query,
  );
  return found.rows;
}

async function* pages(read: ReadPage, query: (after: string) => RawBuilder<unknown>): AsyncGenerator<Row> {
  for (let after = ""; ;) {
    const rows = await read(query(after), after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = last.key;
  }
}

async function* merge(
  source: AsyncGenerator<Row>,
  rebuilt: AsyncGenerator<Row>,
): AsyncGenerator<Omit<Difference, "table">> {
  let left = (await source.next()).value as Row | undefined;
  let right = (await rebuilt.next()).value as Row | undefined;
  while (left !== undefined || right !== undefined) {
    const order = left === undefined ? 1 : right === undefined ? -1 : compareBytes(left.key, right.key);
    const key = (order <= 0 ? left : right)!.key;
    if (order < 0) yield { key, kind: "missing", source: left!.value, rebuilt: undefined };
    else if (order > 0) yield { key, kind: "surplus", source: undefined, rebuilt: right!.value };
    else if (left!.value !== right!.value)
      yield { key, kind: "changed", source: left!.value, rebuilt: right!.value };
    if (order <= 0) left = (await source.next()).value as Row | undefined;
    if (order >= 0) right = (await rebuilt.next()).value as Row | undefined;
  }
}

function compareBytes(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}
