import { sql, type Kysely } from "kysely";

const currentAgency = "(SELECT nullif(current_setting('fanfare.agency_id', true), '')::uuid)";

function ofAgency(table: string): string {
  return /* sql */ `
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY of_agency ON ${table} TO fanfare_agency USING (agency_id = ${currentAgency}) WITH CHECK (agency_id = ${currentAgency});
CREATE POLICY of_system ON ${table} TO fanfare_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO fanfare_agency, fanfare_system;`;
}

/**
 * Webhooks to an agency's end points. A fact becomes a message for each end point that wants it in the transaction that announces the fact,
 * so neither can be without the other.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(/* sql */ `
CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  url text NOT NULL,
  description text NOT NULL DEFAULT '',
  -- Empty: every type.
  types text[] NOT NULL DEFAULT '{}',
  enabled boolean NOT NULL DEFAULT true,
  -- Why the house switched it off: gone, failing.
  disabled_reason text NOT NULL DEFAULT '',
  -- Signing needs the secret itself.
  secret bytea NOT NULL,
  old_secret bytea,
  old_secret_until timestamptz,
  -- Since when no try has succeeded.
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_endpoints_of_agency ON webhook_endpoints (agency_id, id);
${ofAgency("webhook_endpoints")}

-- One fact for one end point; its id is the header webhook-id.
CREATE TABLE webhook_messages (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  -- For example blast.completed.
  type text NOT NULL,
  -- The fact as its contract writes it, and the contract's name; or, for what has no contract, JSON.
  fact_type text NOT NULL DEFAULT '',
  body bytea,
  data jsonb,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  -- The fencing token of whoever tries; it rises with each try.
  attempt int NOT NULL DEFAULT 0,
  -- Tries that failed since it was written or sent again.
  failures int NOT NULL DEFAULT 0,
  -- When it is tried; of one that is being tried, when its lease is over.
  next_at timestamptz NOT NULL DEFAULT now(),
  leased boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE INDEX webhook_messages_due ON webhook_messages (endpoint_id, next_at) WHERE state = 'pending';
CREATE INDEX webhook_messages_of_endpoint ON webhook_messages (endpoint_id, id);
CREATE INDEX webhook_messages_by_end ON webhook_messages (ended_at) WHERE ended_at IS NOT NULL;
${ofAgency("webhook_messages")}

CREATE TABLE webhook_attempts (
  message_id uuid NOT NULL REFERENCES webhook_messages ON DELETE CASCADE,
  number int NOT NULL,
  agency_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  status int NOT NULL DEFAULT 0,
  error text NOT NULL DEFAULT '',
  response text NOT NULL DEFAULT '',
  took_ms int NOT NULL,
  PRIMARY KEY (message_id, number)
);
${ofAgency("webhook_attempts")}

CREATE FUNCTION fan_out_fact() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE
  kind text := split_part(NEW.subject, '.', 3) || '.' || split_part(NEW.subject, '.', 4);
BEGIN
  INSERT INTO webhook_messages (agency_id, endpoint_id, type, fact_type, body, occurred_at)
  SELECT NEW.agency_id, e.id, kind, NEW.headers->>'ce-type', NEW.body, coalesce((NEW.headers->>'ce-time')::timestamptz, now())
  FROM webhook_endpoints e
  WHERE e.agency_id = NEW.agency_id AND e.enabled AND (e.types = '{}' OR kind = ANY(e.types));
  RETURN NULL;
END
$f$;
-- Orders are in the outbox too, and are nobody else's business.
CREATE TRIGGER fan_out_fact AFTER INSERT ON outbox
  FOR EACH ROW WHEN (NEW.subject LIKE 'fanfare.event.%') EXECUTE FUNCTION fan_out_fact();

-- A dead letter comes by the broker and not through the outbox. The message that it holds may be a megabyte and stays here.
CREATE FUNCTION fan_out_dead_letter() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO webhook_messages (agency_id, endpoint_id, type, data, occurred_at)
  SELECT NEW.agency_id, e.id, 'message.dead_lettered',
    jsonb_build_object('id', NEW.id, 'agencyId', NEW.agency_id, 'stream', NEW.stream, 'subject', NEW.subject, 'durable', NEW.durable,
      'messageType', NEW.message_type, 'reason', NEW.reason, 'detail', left(NEW.detail, 2000), 'deliveries', NEW.deliveries,
      'failures', NEW.failures, 'deadLetteredAt', NEW.at, 'worker', NEW.worker), NEW.at
  FROM webhook_endpoints e
  WHERE e.agency_id = NEW.agency_id AND e.enabled AND (e.types = '{}' OR 'message.dead_lettered' = ANY(e.types));
  RETURN NULL;
END
$f$;
CREATE TRIGGER fan_out_dead_letter AFTER INSERT ON dead_letters
  FOR EACH ROW WHEN (NEW.agency_id IS NOT NULL) EXECUTE FUNCTION fan_out_dead_letter();
`)
    .execute(database);
}
