/** Blasts, the schedules that cause them, and their counters. */
export const blastTables = /* sql */ `
CREATE TABLE schedules (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  user_id uuid,
  name text NOT NULL,
  template_id uuid NOT NULL REFERENCES templates,
  template_version int NOT NULL,
  custom_message text NOT NULL DEFAULT '',
  audience jsonb NOT NULL,
  lane text NOT NULL CHECK (lane IN ('urgent', 'standard', 'bulk')),
  local_start text NOT NULL,
  rrule text NOT NULL DEFAULT '',
  time_zone text NOT NULL,
  missed_policy text NOT NULL DEFAULT 'fire_late' CHECK (missed_policy IN ('fire_late', 'skip')),
  next_at timestamptz,
  next_occurrence text,
  fired int NOT NULL DEFAULT 0,
  cancelled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX schedules_of_agency ON schedules (agency_id, id);

-- A direct send is a blast to one customer.
CREATE TABLE blasts (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  user_id uuid,
  name text NOT NULL,
  lane text NOT NULL CHECK (lane IN ('urgent', 'standard', 'bulk')),
  direct boolean NOT NULL DEFAULT false,
  template_id uuid NOT NULL,
  template_version int NOT NULL,
  custom_message text NOT NULL DEFAULT '',
  audience jsonb NOT NULL,
  state text NOT NULL DEFAULT 'accepted'
    CHECK (state IN ('accepted', 'freezing', 'sending', 'completed', 'cancelled', 'refused')),
  paused boolean NOT NULL DEFAULT false,
  refusal_reason text NOT NULL DEFAULT '',
  -- Null: the agency's.
  doubt_policy text CHECK (doubt_policy IN ('hold', 'resend')),
  -- Nothing is released before it, so that a cancel before it takes the whole blast back. Null: no countdown.
  leaves_at timestamptz,
  schedule_id uuid REFERENCES schedules,
  occurrence text,
  late boolean NOT NULL DEFAULT false,
  -- Freezing: the last customer that is a delivery, and what was counted so far.
  freeze_cursor uuid,
  audience_size int NOT NULL DEFAULT 0,
  eligible int NOT NULL DEFAULT 0,
  -- Releasing: every pending delivery with seq <= released_seq is on the queue (its state reads QUEUED).
  released_seq int NOT NULL DEFAULT 0,
  released_count int NOT NULL DEFAULT 0,
  -- Counts rewinds; it is part of the messages' ids, so that the broker does not take a second release for a repetition.
  release_round int NOT NULL DEFAULT 0,
  feeder_until timestamptz,
  -- The provider does not take the mail of this domain just now; more on the queue would only be put back.
  feed_after timestamptz,
  rebuild_at timestamptz,
  -- Counts how often a person had deliveries tried again: who completes the blast must have seen the same number.
  reopened int NOT NULL DEFAULT 0,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  UNIQUE (schedule_id, occurrence)
) WITH (fillfactor = 50);
CREATE INDEX blasts_of_agency ON blasts (agency_id, id);
-- Lists leave direct sends out, of which there are many more.
CREATE INDEX blasts_to_lists ON blasts (agency_id, id) WHERE NOT direct;
CREATE INDEX blasts_at_work ON blasts (lane, agency_id) WHERE state IN ('accepted', 'freezing', 'sending', 'cancelled', 'refused') AND completed_at IS NULL;

-- Counters are spread over shards, so that parallel batches of one blast do not wait for one row.
CREATE TABLE blast_progress (
  blast_id uuid NOT NULL REFERENCES blasts,
  shard smallint NOT NULL,
  agency_id uuid NOT NULL,
  accepted int NOT NULL DEFAULT 0,
  skipped int NOT NULL DEFAULT 0,
  rejected int NOT NULL DEFAULT 0,
  retrying int NOT NULL DEFAULT 0,
  in_doubt int NOT NULL DEFAULT 0,
  held int NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (blast_id, shard)
) WITH (fillfactor = 50);

CREATE TABLE blast_reasons (
  blast_id uuid NOT NULL REFERENCES blasts,
  reason text NOT NULL,
  shard smallint NOT NULL,
  agency_id uuid NOT NULL,
  count int NOT NULL,
  PRIMARY KEY (blast_id, reason, shard)
) WITH (fillfactor = 50);
`;

/** Deliveries and the small tables beside them that hold what needs attention. */
export const deliveryTables = /* sql */ `
-- One customer of one blast. No index names a column that changes with the state: every transition is a HOT update, and what
-- needs attention later (leases, retries, doubts) is a row of its own in a small table below.
CREATE TABLE deliveries (
  blast_id uuid NOT NULL,
  seq int NOT NULL,
  agency_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  address text,
  -- Null for those that were skipped when the audience was frozen: they do not occupy the address.
  address_key text,
  state text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'sending', 'accepted', 'skipped', 'rejected', 'retry', 'in_doubt', 'held')),
  reason text NOT NULL DEFAULT '',
  -- The fencing token: every write is a compare-and-set on it.
  attempt smallint NOT NULL DEFAULT 0,
  -- Number of transitions so far; with it each Activity is unique.
  step smallint NOT NULL DEFAULT 0,
  claimed_at timestamptz,
  changed_at timestamptz NOT NULL DEFAULT now(),
  provider_message_id text,
  PRIMARY KEY (blast_id, seq)
) PARTITION BY RANGE (blast_id);
CREATE UNIQUE INDEX deliveries_one_per_address ON deliveries (blast_id, address_key);
CREATE INDEX deliveries_of_customer ON deliveries (customer_id, blast_id);

-- One row a batch on its way to the provider. It is gone when the answer is recorded; one that outlives its lease puts its
-- deliveries in doubt.
CREATE TABLE claims (
  id uuid PRIMARY KEY,
  agency_id uuid NOT NULL,
  blast_id uuid NOT NULL,
  seqs int[] NOT NULL,
  attempts int[] NOT NULL,
  lease_until timestamptz NOT NULL,
  worker text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX claims_by_lease ON claims (lease_until);

-- A delivery in RETRY, and when it is published again.
CREATE TABLE wakeups (
  blast_id uuid NOT NULL,
  seq int NOT NULL,
  agency_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  lane text NOT NULL,
  attempt smallint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (blast_id, seq)
);
CREATE INDEX wakeups_due ON wakeups (at);

-- A delivery IN_DOUBT, and when the provider is asked next.
CREATE TABLE doubts (
  blast_id uuid NOT NULL,
  seq int NOT NULL,
  agency_id uuid NOT NULL,
  attempt smallint NOT NULL,
  since timestamptz NOT NULL,
  claimed_at timestamptz NOT NULL,
  next_look_at timestamptz NOT NULL,
  looks int NOT NULL DEFAULT 0,
  PRIMARY KEY (blast_id, seq)
);
CREATE INDEX doubts_due ON doubts (next_look_at);

-- Facts about customers, append-only. For a delivery: source_id = blast, and (seq, step) make each transition unique.
-- For anything else: source_id is the activity's own id, seq and step are 0.
CREATE TABLE activities (
  source_id uuid NOT NULL,
  seq int NOT NULL DEFAULT 0,
  step smallint NOT NULL DEFAULT 0,
  agency_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  data jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (source_id, seq, step)
) PARTITION BY RANGE (source_id);
CREATE INDEX activities_of_customer ON activities (customer_id, at);
CREATE INDEX activities_of_agency ON activities (agency_id, at);

CREATE TABLE deliveries_rest PARTITION OF deliveries DEFAULT WITH (fillfactor = 45);
CREATE TABLE activities_rest PARTITION OF activities DEFAULT;
SELECT ensure_partitions('deliveries', now(), 2);
SELECT ensure_partitions('activities', now(), 2);
`;
