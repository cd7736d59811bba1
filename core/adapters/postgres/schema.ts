import type { ColumnType, Generated } from "kysely";

/** Rows as PostgreSQL holds them. The migrations are the truth; this is what the compiler knows of it. */
export interface Schema {
  agencies: AgencyRow;
  users: UserRow;
  api_keys: ApiKeyRow;
  credits: { agency_id: string; balance: Generated<number> };
  agency_limits: AgencyLimitsRow;
  ledger: LedgerRow;
  credits_reserved: { agency_id: string; shard: number; reserved: number };
  customers: CustomerRow;
  customer_lists: { id: Generated<string>; agency_id: string; name: string; created_at: Generated<Date> };
  customer_list_sizes: { list_id: string; shard: number; agency_id: string; members: number };
  customer_list_members: { list_id: string; customer_id: string; agency_id: string };
  suppressions: SuppressionRow;
  address_verdicts: AddressVerdictRow;
  templates: TemplateRow;
  template_versions: TemplateVersionRow;
  schedules: ScheduleRow;
  blasts: BlastRow;
  blast_progress: BlastProgressRow;
  blast_reasons: { blast_id: string; reason: string; shard: number; agency_id: string; count: number };
  deliveries: DeliveryRow;
  claims: ClaimRow;
  wakeups: WakeupRow;
  doubts: DoubtRow;
  activities: ActivityRow;
  provider_events: ProviderEventRow;
  delivery_facts: DeliveryFactsRow;
  idempotency_keys: IdempotencyKeyRow;
  outbox: OutboxRow;
  dead_letters: DeadLetterRow;
  exports: ExportRow;
  blast_reports: {
    blast_id: string;
    agency_id: string;
    url: string;
    figures_until: Date;
    recorded_at: Generated<Date>;
  };
}

export type LaneText = "urgent" | "standard" | "bulk";
export type RoleText = "viewer" | "sender" | "admin";
export type SuppressionReasonText = "opted_out" | "bounced" | "complained" | "invalid";
export type VerdictText = "deliverable" | "undeliverable" | "risky" | "unknown";
export type BlastStateText = "accepted" | "freezing" | "sending" | "completed" | "cancelled" | "refused";
export type DeliveryStateText =
  | "pending"
  | "sending"
  | "accepted"
  | "skipped"
  | "rejected"
  | "retry"
  | "in_doubt"
  | "held";

/** JSON columns are read as values and written as text, so that a top-level array is not taken for a PostgreSQL array. */
type Json<T> = ColumnType<T, string, string>;
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;

export interface AgencyRow {
  id: Generated<string>;
  name: string;
  sending_domain: string;
  from_name: Generated<string>;
  from_local_part: Generated<string>;
  reply_to: Generated<string>;
  postal_address: Generated<string>;
  time_zone: Generated<string>;
  doubt_policy: Generated<"hold" | "resend">;
  unknown_address_policy: Generated<"send" | "skip">;
  verify_addresses: Generated<boolean>;
  undo_seconds: Generated<number>;
  standing: Generated<"good" | "suspended">;
  standing_reason: Generated<string>;
  paused: Generated<boolean>;
  created_at: Generated<Date>;
}

export interface AgencyLimitsRow {
  agency_id: string;
  weight: Generated<number>;
  in_flight_max: number | null;
  per_second_max: number | null;
  allowance: Generated<number>;
  refilled_at: Generated<Date>;
}

export interface UserRow {
  id: Generated<string>;
  agency_id: string;
  email: string;
  email_key: string;
  name: Generated<string>;
  role: RoleText;
  active: Generated<boolean>;
  created_at: Generated<Date>;
}

export interface ApiKeyRow {
  id: Generated<string>;
  agency_id: string;
  user_id: string;
  name: string;
  prefix: string;
  hash: Buffer;
  role: RoleText;
  revoked_at: Date | null;
  last_used_at: Date | null;
  created_at: Generated<Date>;
}

export interface LedgerRow {
  id: Generated<string>;
  agency_id: string;
  kind: "top_up" | "reserve" | "settle" | "release";
  amount: number;
  reserved: number;
  blast_id: string | null;
  note: Generated<string>;
  at: Generated<Date>;
}

export interface CustomerRow {
  id: Generated<string>;
  agency_id: string;
  external_id: string | null;
  email: string;
  address_key: string;
  first_name: Generated<string>;
  last_name: Generated<string>;
  locale: Generated<string>;
  status: Generated<"active" | "inactive" | "deleted">;
  attributes: JsonWithDefault<Record<string, string>>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface SuppressionRow {
  agency_id: string;
  address_key: string;
  reason: SuppressionReasonText;
  source: Generated<string>;
  since: Generated<Date>;
}

export interface AddressVerdictRow {
  agency_id: string;
  address_key: string;
  result: VerdictText;
  reason: Generated<string>;
  judged_at: Generated<Date>;
  expires_at: Date;
}

export interface TemplateRow {
  id: Generated<string>;
  agency_id: string;
  name: string;
  version: Generated<number>;
  archived_at: Date | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface TemplateVersionRow {
  template_id: string;
  version: number;
  agency_id: string;
  subject: string;
  html: string;
  text: string;
  created_at: Generated<Date>;
}

export interface ScheduleRow {
  id: Generated<string>;
  agency_id: string;
  user_id: string | null;
  name: string;
  template_id: string;
  template_version: number;
  custom_message: Generated<string>;
  audience: Json<unknown>;
  lane: LaneText;
  local_start: string;
  rrule: Generated<string>;
  time_zone: string;
  missed_policy: Generated<"fire_late" | "skip">;
  next_at: Date | null;
  next_occurrence: string | null;
  fired: Generated<number>;
  cancelled_at: Date | null;
  created_at: Generated<Date>;
}

export interface BlastRow {
  id: Generated<string>;
  agency_id: string;
  user_id: string | null;
  name: string;
  lane: LaneText;
  direct: Generated<boolean>;
  template_id: string;
  template_version: number;
  custom_message: Generated<string>;
  audience: Json<unknown>;
  state: Generated<BlastStateText>;
  paused: Generated<boolean>;
  refusal_reason: Generated<string>;
  doubt_policy: "hold" | "resend" | null;
  leaves_at: Date | null;
  schedule_id: string | null;
  occurrence: string | null;
  late: Generated<boolean>;
  freeze_cursor: string | null;
  audience_size: Generated<number>;
  eligible: Generated<number>;
  released_seq: Generated<number>;
  released_count: Generated<number>;
  release_round: Generated<number>;
  feeder_until: Date | null;
  feed_after: Date | null;
  rebuild_at: Date | null;
  reopened: Generated<number>;
  accepted_at: Generated<Date>;
  started_at: Date | null;
  completed_at: Date | null;
}

export interface BlastProgressRow {
  blast_id: string;
  shard: number;
  agency_id: string;
  accepted: Generated<number>;
  skipped: Generated<number>;
  rejected: Generated<number>;
  retrying: Generated<number>;
  in_doubt: Generated<number>;
  held: Generated<number>;
  changed_at: Generated<Date>;
}

export interface DeliveryRow {
  blast_id: string;
  seq: number;
  agency_id: string;
  customer_id: string;
  address: string | null;
  address_key: string | null;
  state: Generated<DeliveryStateText>;
  reason: Generated<string>;
  attempt: Generated<number>;
  step: Generated<number>;
  claimed_at: Date | null;
  changed_at: Generated<Date>;
  provider_message_id: string | null;
}

export interface ClaimRow {
  id: string;
  agency_id: string;
  blast_id: string;
  seqs: number[];
  attempts: number[];
  lease_until: Date;
  worker: string;
  created_at: Generated<Date>;
}

export interface WakeupRow {
  blast_id: string;
  seq: number;
  agency_id: string;
  customer_id: string;
  lane: LaneText;
  attempt: number;
  at: Date;
}

export interface DoubtRow {
  blast_id: string;
  seq: number;
  agency_id: string;
  attempt: number;
  since: Date;
  claimed_at: Date;
  next_look_at: Date;
  looks: Generated<number>;
}

export interface ActivityRow {
  source_id: string;
  seq: Generated<number>;
  step: Generated<number>;
  agency_id: string;
  customer_id: string;
  kind: string;
  at: Generated<Date>;
  data: JsonWithDefault<Record<string, string>>;
}

export type ProviderEventKindText =
  | "accepted"
  | "delivered"
  | "opened"
  | "clicked"
  | "unsubscribed"
  | "complained"
  | "failed_permanent"
  | "failed_temporary";

export interface ProviderEventRow {
  day: string;
  id: string;
  token: string;
  kind: ProviderEventKindText;
  blast_id: string | null;
  seq: number | null;
  attempt: number | null;
  provider_message_id: string;
  reason: string;
  at: Date;
  received_at: Generated<Date>;
  applied_at: Date | null;
}

export interface DeliveryFactsRow {
  blast_id: string;
  seq: number;
  agency_id: string;
  delivered_at: Date | null;
  opened_at: Date | null;
  clicked_at: Date | null;
  bounced_at: Date | null;
  complained_at: Date | null;
  unsubscribed_at: Date | null;
  deferred_at: Date | null;
  opens: Generated<number>;
  clicks: Generated<number>;
  bounce_reason: Generated<string>;
}

export interface IdempotencyKeyRow {
  agency_id: string;
  scope: string;
  key: string;
  request_hash: Buffer;
  result: string;
  created_at: Generated<Date>;
}

export interface OutboxRow {
  id: Generated<string>;
  agency_id: string;
  subject: string;
  headers: Json<Record<string, string>>;
  body: Uint8Array;
  created_at: Generated<Date>;
}

export interface DeadLetterRow {
  id: string;
  agency_id: string | null;
  stream: string;
  subject: string;
  durable: string;
  message_type: string;
  reason: string;
  detail: string;
  headers: Json<Record<string, string>>;
  body: Uint8Array;
  deliveries: number;
  failures: number;
  worker: string;
  at: Date;
  requeued_at: Date | null;
}

export interface ExportRow {
  id: Generated<string>;
  agency_id: string;
  user_id: string | null;
  idempotency_key: string;
  spec: Json<unknown>;
  state: Generated<"requested" | "running" | "completed" | "failed">;
  attempt: Generated<number>;
  worker: Generated<string>;
  rows: Generated<number>;
  bytes: Generated<number>;
  checkpoint: Uint8Array | null;
  checkpoint_attempt: Generated<number>;
  file: Generated<string>;
  sha256: Generated<string>;
  failure: Generated<string>;
  requested_at: Generated<Date>;
  changed_at: Generated<Date>;
  completed_at: Date | null;
}
