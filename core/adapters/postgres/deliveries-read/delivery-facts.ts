import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { BlastStateText, LaneText, SuppressionReasonText, VerdictText } from "../schema.ts";
import { deliveryColumns, type DeliveryRecord } from "./delivery-record.ts";

/** Everything that is known about one delivery. */
export interface DeliveryFacts extends DeliveryRecord {
  claimed_at: Date | null;
  customer_status: "active" | "inactive" | "deleted" | null;
  time_zone: string;
  blast_name: string;
  blast_state: BlastStateText;
  blast_paused: boolean;
  agency_paused: boolean;
  lane: LaneText;
  template_id: string;
  template_version: number;
  direct: boolean;
  schedule_id: string | null;
  requested_by: string | null;
  audience_size: number;
  accepted_at: Date;
  started_at: Date | null;
  /** Oldest first. */
  activities: ActivityFact[];
  /** Of the address, as they are now. */
  suppressions: { reason: SuppressionReasonText; source: string; since: Date }[];
  verdict: { result: VerdictText; reason: string; judgedAt: Date } | null;
  /** The worker that has it now, if one has. */
  worker: string | null;
  retryAt: Date | null;
  nextLookAt: Date | null;
  /** How often the provider was asked about a delivery that is in doubt. */
  timesAsked: number | null;
  doubt_policy: "hold" | "resend";
  /** The other delivery of the blast that the address got, when this one was left out as its duplicate. */
  twinSeq: number | null;
}

/** Something that happened to the delivery. */
export interface ActivityFact {
  kind: string;
  at: Date;
  data: Record<string, unknown>;
}

/** Which delivery: by its sequence or by its customer. */
export type DeliveryKey = { blastId: string; seq: number } | { blastId: string; customerId: string };

// A delivery has a handful of transitions; one that is retried for a day has up to two for each try.
const maxActivities = 500;

/** Collects what is known about a delivery; undefined when the agency has none such. */
export async function deliveryFacts(
  tx: Tx,
  agencyId: string,
  key: DeliveryKey,
): Promise<DeliveryFacts | undefined> {
  const which = "seq" in key ? sql`d.seq = ${key.seq}` : sql`d.customer_id = ${key.customerId}`;
  type Base = Omit<DeliveryFacts, "activities" | "suppressions" | "verdict"> & { key: string };
  const { rows } = await sql<Base>`
    SELECT ${deliveryColumns}, d.claimed_at, c.status AS customer_status, a.time_zone, a.paused AS agency_paused,
      b.name AS blast_name, b.state AS blast_state, b.paused AS blast_paused, b.lane, b.template_id, b.template_version, b.direct,
      b.schedule_id, b.audience_size, b.accepted_at, b.started_at,
      (SELECT u.email FROM users u WHERE u.id = b.user_id) AS requested_by,
      coalesce(d.address_key, c.address_key, '') AS key,
      (SELECT k.worker FROM claims k WHERE k.blast_id = d.blast_id AND d.seq = ANY(k.seqs) LIMIT 1) AS worker,
      (SELECT w.at FROM wakeups w WHERE w.blast_id = d.blast_id AND w.seq = d.seq) AS "retryAt",
      (SELECT x.next_look_at FROM doubts x WHERE x.blast_id = d.blast_id AND x.seq = d.seq) AS "nextLookAt",
      (SELECT x.looks FROM doubts x WHERE x.blast_id = d.blast_id AND x.seq = d.seq) AS "timesAsked",
      coalesce(b.doubt_policy, a.doubt_policy) AS doubt_policy,
      (SELECT t.seq FROM deliveries t WHERE d.reason = 'duplicate_address' AND t.blast_id = d.blast_id
        AND t.address_key = c.address_key AND t.seq <> d.seq) AS "twinSeq"
    FROM deliveries d
    JOIN blasts b ON b.id = d.blast_id
    JOIN agencies a ON a.id = d.agency_id
    LEFT JOIN customers c ON c.id = d.customer_id
    WHERE d.blast_id = ${key.blastId} AND d.agency_id = ${agencyId} AND ${which}`.execute(tx);
  const base = rows[0];
  if (base === undefined) return undefined;
  const { rows: activities } = await sql<ActivityFact>`
    SELECT kind, at, data FROM activities
    WHERE source_id = ${base.blast_id} AND seq = ${base.seq} AND agency_id = ${agencyId}
    ORDER BY step LIMIT ${maxActivities}`.execute(tx);
  const { rows: suppressions } = await sql<DeliveryFacts["suppressions"][number]>`
    SELECT reason, source, since FROM suppressions
    WHERE agency_id = ${agencyId} AND address_key = ${base.key} ORDER BY since`.execute(tx);
  const { rows: verdicts } = await sql<NonNullable<DeliveryFacts["verdict"]>>`
    SELECT result, reason, judged_at AS "judgedAt" FROM address_verdicts
    WHERE agency_id = ${agencyId} AND address_key = ${base.key}`.execute(tx);
  const { key: _, ...facts } = base;
  return { ...facts, activities, suppressions, verdict: verdicts[0] ?? null };
}
