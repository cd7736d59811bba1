import { sql } from "kysely";
import type { BlastStateText, LaneText } from "../schema.ts";

/** A blast with its counters, as one statement saw them. */
export interface BlastRecord {
  id: string;
  name: string;
  state: BlastStateText;
  paused: boolean;
  lane: LaneText;
  template_id: string;
  template_version: number;
  custom_message: string;
  direct: boolean;
  refusal_reason: string;
  schedule_id: string | null;
  occurrence: string | null;
  /** Address of the user who asked for it; null for operators and programs. */
  requested_by: string | null;
  audience_size: number;
  accepted: number;
  skipped: number;
  rejected: number;
  retrying: number;
  in_doubt: number;
  held: number;
  /** Skipped and rejected by reason. */
  reasons: Record<string, number>;
  accepted_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  leaves_at: Date | null;
  /** Null: the agency's. */
  doubt_policy: "hold" | "resend" | null;
  /** Null while there is no report. */
  report_url: string | null;
}

/** Columns of a `BlastRecord` from `blasts b` with `blastCounters`. The counters' shards are summed. */
export const blastColumns = sql`
  b.id, b.name, b.state, b.paused, b.lane, b.template_id, b.template_version, b.custom_message, b.direct, b.refusal_reason,
  b.schedule_id, b.occurrence, b.audience_size, b.accepted_at, b.started_at, b.completed_at, b.leaves_at, b.doubt_policy,
  (SELECT u.email FROM users u WHERE u.id = b.user_id) AS requested_by,
  (SELECT r.url FROM blast_reports r WHERE r.blast_id = b.id) AS report_url,
  p.accepted, p.skipped, p.rejected, p.retrying, p.in_doubt, p.held, r.reasons`;

export const blastCounters = sql`
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(accepted), 0)::int AS accepted, coalesce(sum(skipped), 0)::int AS skipped,
      coalesce(sum(rejected), 0)::int AS rejected, coalesce(sum(retrying), 0)::int AS retrying,
      coalesce(sum(in_doubt), 0)::int AS in_doubt, coalesce(sum(held), 0)::int AS held
    FROM blast_progress WHERE blast_id = b.id
  ) p
  CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(reason, n), '{}') AS reasons
    FROM (SELECT reason, sum(count)::int AS n FROM blast_reasons WHERE blast_id = b.id GROUP BY reason
      HAVING sum(count) <> 0) x
  ) r`;
