/** What the provider tells us of mails: the inbox of webhooks, and the facts beside each delivery. */
export const providerTables = /* sql */ `
-- Webhooks as they came, each event once. Event ids are unique within a day. The signature of a webhook covers its token and not
-- its body, so a token is good for one event.
CREATE TABLE provider_events (
  day date NOT NULL,
  id text NOT NULL,
  token text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('accepted', 'delivered', 'opened', 'clicked', 'unsubscribed', 'complained',
    'failed_permanent', 'failed_temporary')),
  -- Read from the correlation id; null when the mail is not ours.
  blast_id uuid,
  seq int,
  attempt int,
  provider_message_id text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  applied_at timestamptz,
  PRIMARY KEY (day, id)
);
CREATE INDEX provider_events_to_apply ON provider_events (received_at) WHERE applied_at IS NULL;
CREATE INDEX provider_events_by_age ON provider_events (received_at);

-- Facts beside the state of a delivery: the first time of each, in whatever order they came. They never regress.
CREATE TABLE delivery_facts (
  blast_id uuid NOT NULL,
  seq int NOT NULL,
  agency_id uuid NOT NULL,
  delivered_at timestamptz,
  opened_at timestamptz,
  clicked_at timestamptz,
  bounced_at timestamptz,
  complained_at timestamptz,
  unsubscribed_at timestamptz,
  deferred_at timestamptz,
  opens int NOT NULL DEFAULT 0,
  clicks int NOT NULL DEFAULT 0,
  bounce_reason text NOT NULL DEFAULT '',
  PRIMARY KEY (blast_id, seq)
) PARTITION BY RANGE (blast_id);
CREATE TABLE delivery_facts_rest PARTITION OF delivery_facts DEFAULT WITH (fillfactor = 70);
SELECT ensure_partitions('delivery_facts', now(), 2);
`;
