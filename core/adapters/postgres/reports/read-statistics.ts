import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Customers for whom each fact happened at least once. */
export interface FactCounts {
  delivered: number;
  opened: number;
  clicked: number;
  bounced: number;
  complained: number;
  unsubscribed: number;
  deferred: number;
}

/** Figures of one domain; `domain` is empty for the sum of all that are not among the largest. */
export interface DomainCounts {
  domain: string;
  audience: number;
  accepted: number;
  delivered: number;
  bounced: number;
  opened: number;
  clicked: number;
}

/** What a report draws. Buckets in which nothing happened are left out. */
export interface BlastStatistics {
  facts: FactCounts;
  bucketSeconds: number;
  curve: { start: Date; accepted: number; delivered: number }[];
  hours: { start: Date; opened: number; clicked: number }[];
  /** 3600, or less while everything happened within two hours. */
  hourSeconds: number;
  /** The largest first; the last has no name and holds the rest. */
  domains: DomainCounts[];
}

// A plot of this width has no room for more; the contract says so too.
const curveBucketsMax = 120;
// Within two hours, two bars would say nothing; 24 are as many as a day has.
const shortSpanMs = 2 * 3_600_000;
const shortBucketsMax = 24;
// Three days: what is opened later is a trickle that would flatten the rest.
const hoursMax = 72;
const domainsMax = 10;
// Widths that people read easily, in seconds.
const niceSeconds = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
];

/**
 * Lets the whole transaction see one moment, so that figures of several statements agree while webhooks come in. Must be the
 * transaction's first statement.
 */
export async function seeOneMoment(tx: Tx): Promise<void> {
  await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`.execute(tx);
}

/** Figures of one blast up to `until`. Each of three queries reads all of its deliveries: some 20 s in all for a million on two busy cores. */
export async function readStatistics(
  tx: Tx,
  blast: { blastId: string; timeZone: string; until: Date | undefined },
): Promise<BlastStatistics> {
  const { blastId, timeZone } = blast;
  const until = blast.until ?? "infinity";
  const { rows: spans } = await sql<FactCounts & Spans>`
    SELECT least(min(d.changed_at) FILTER (WHERE d.state = 'accepted'), min(f.delivered_at)) AS first,
      greatest(max(d.changed_at) FILTER (WHERE d.state = 'accepted' AND d.changed_at <= ${until}),
        max(f.delivered_at) FILTER (WHERE f.delivered_at <= ${until})) AS last,
      least(min(f.opened_at), min(f.clicked_at)) AS first_read,
      greatest(max(f.opened_at) FILTER (WHERE f.opened_at <= ${until}), max(f.clicked_at) FILTER (WHERE f.clicked_at <= ${until})) AS last_read,
      ${counted("delivered", until)}, ${counted("opened", until)}, ${counted("clicked", until)}, ${counted("bounced", until)},
      ${counted("complained", until)}, ${counted("unsubscribed", until)}, ${counted("deferred", until)}
    FROM ${deliveriesOf(blastId)}`.execute(tx);
  const span = spans[0];
  if (span === undefined) throw new Error(`the figures of blast ${blastId} are no row`);
  const { first, last, first_read: firstRead, last_read: lastRead, ...facts } = span;
  const bucketSeconds = widthOf(first, last, curveBucketsMax);
  const short = (lastRead?.getTime() ?? 0) - (firstRead?.getTime() ?? 0) <= shortSpanMs;
  const hourSeconds = short ? widthOf(firstRead, lastRead, shortBucketsMax) : 3_600;
  const { rows: curve } = await sql<{ start: Date; accepted: number; delivered: number }>`
    SELECT ${binned(bucketSeconds)} AS start,
      count(*) FILTER (WHERE x.accepted)::int AS accepted, count(*) FILTER (WHERE NOT x.accepted)::int AS delivered
    FROM ${deliveriesOf(blastId)}
    CROSS JOIN LATERAL (VALUES (CASE WHEN d.state = 'accepted' THEN d.changed_at END, true), (f.delivered_at, false)) x(at, accepted)
    WHERE x.at <= ${until} GROUP BY 1 ORDER BY 1 LIMIT ${curveBucketsMax + 1}`.execute(tx);
  const { rows: hours } = await sql<{ start: Date; opened: number; clicked: number }>`
    SELECT ${hourSeconds === 3_600 ? sql`date_trunc('hour', x.at, ${timeZone})` : binned(hourSeconds)} AS start,
      count(*) FILTER (WHERE x.opened)::int AS opened, count(*) FILTER (WHERE NOT x.opened)::int AS clicked
    FROM delivery_facts f CROSS JOIN LATERAL (VALUES (f.opened_at, true), (f.clicked_at, false)) x(at, opened)
    WHERE f.blast_id = ${blastId} AND x.at <= ${until} GROUP BY 1 ORDER BY 1 LIMIT ${hoursMax}`.execute(tx);
  const { rows: domains } = await sql<DomainCounts>`
    WITH each AS (
      SELECT lower(split_part(d.address, '@', -1)) AS domain, count(*)::int AS audience,
        count(*) FILTER (WHERE d.state = 'accepted')::int AS accepted, ${counted("delivered", until)},
        ${counted("bounced", until)}, ${counted("opened", until)}, ${counted("clicked", until)}
      FROM ${deliveriesOf(blastId)} WHERE d.address LIKE '%@%' GROUP BY 1
    ), ranked AS (
      SELECT *, row_number() OVER (ORDER BY audience DESC, domain) <= ${domainsMax} AS named FROM each
    )
    SELECT CASE WHEN named THEN domain ELSE '' END AS domain, sum(audience)::int AS audience, sum(accepted)::int AS accepted,
      sum(delivered)::int AS delivered, sum(bounced)::int AS bounced, sum(opened)::int AS opened, sum(clicked)::int AS clicked
    FROM ranked GROUP BY 1, named ORDER BY named DESC, audience DESC, domain`.execute(tx);
  return { facts, bucketSeconds, curve, hours, hourSeconds, domains };
}

function deliveriesOf(blastId: string) {
  // Named for the second table too, so that only this blast's partition is read.
  return sql`(SELECT * FROM deliveries WHERE blast_id = ${blastId}) d
    LEFT JOIN (SELECT * FROM delivery_facts WHERE blast_id = ${blastId}) f ON f.seq = d.seq`;
}

function counted(fact: keyof FactCounts, until: Date | string) {
  const at = sql.ref(`f.${fact}_at`);
  return sql`count(*) FILTER (WHERE ${at} <= ${until})::int AS ${sql.ref(fact)}`;
}

type Spans = Record<"first" | "last" | "first_read" | "last_read", Date | null>;

function binned(seconds: number) {
  return sql`date_bin(make_interval(secs => ${seconds}), x.at, 'epoch')`;
}

function widthOf(first: Date | null, last: Date | null, bucketsMax: number): number {
  if (first === null || last === null) return 1;
  const seconds = (last.getTime() - first.getTime()) / 1_000;
  const nice = niceSeconds.find((width) => seconds / width <= bucketsMax);
  return nice ?? Math.ceil(seconds / bucketsMax);
}
