/** What makes promises hold across crashes: keys, outbox, dead letters. */
export const systemTables = /* sql */ `
-- The same key is the same answer; the same key with another body is refused. agency_id is the zero id for operators.
CREATE TABLE idempotency_keys (
  agency_id uuid NOT NULL,
  scope text NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  result text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (agency_id, scope, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- A message that must be published. Written with what it announces, deleted when the broker has it.
CREATE TABLE outbox (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL,
  subject text NOT NULL,
  headers jsonb NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Messages that were given up on. agency_id is null where the subject named none; operators see those.
CREATE TABLE dead_letters (
  id text PRIMARY KEY,
  agency_id uuid,
  stream text NOT NULL,
  subject text NOT NULL,
  durable text NOT NULL,
  message_type text NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL,
  headers jsonb NOT NULL,
  body bytea NOT NULL,
  deliveries int NOT NULL,
  failures int NOT NULL,
  worker text NOT NULL,
  at timestamptz NOT NULL,
  requeued_at timestamptz
);
CREATE INDEX dead_letters_by_age ON dead_letters (at, id);
CREATE INDEX dead_letters_of_agency ON dead_letters (agency_id, at, id);
`;
