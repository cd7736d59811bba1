/** Agencies, the people who act for them, the customers they write to, and what they write. */
export const peopleTables = /* sql */ `
CREATE TABLE agencies (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  name text NOT NULL,
  sending_domain text NOT NULL,
  from_name text NOT NULL DEFAULT '',
  from_local_part text NOT NULL DEFAULT 'hello',
  reply_to text NOT NULL DEFAULT '',
  postal_address text NOT NULL DEFAULT '',
  time_zone text NOT NULL DEFAULT 'UTC',
  doubt_policy text NOT NULL DEFAULT 'hold' CHECK (doubt_policy IN ('hold', 'resend')),
  unknown_address_policy text NOT NULL DEFAULT 'send' CHECK (unknown_address_policy IN ('send', 'skip')),
  verify_addresses boolean NOT NULL DEFAULT true,
  undo_seconds int NOT NULL DEFAULT 0 CHECK (undo_seconds BETWEEN 0 AND 600),
  standing text NOT NULL DEFAULT 'good' CHECK (standing IN ('good', 'suspended')),
  standing_reason text NOT NULL DEFAULT '',
  paused boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  email text NOT NULL,
  email_key text NOT NULL,
  name text NOT NULL DEFAULT '',
  role text NOT NULL CHECK (role IN ('viewer', 'sender', 'admin')),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (agency_id, email_key)
);

-- Only the SHA-256 of a key is stored; a key has 256 random bits, so it needs no salt and no slow hash.
CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  user_id uuid NOT NULL REFERENCES users,
  name text NOT NULL,
  prefix text NOT NULL,
  hash bytea NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('viewer', 'sender', 'admin')),
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_keys_of_agency ON api_keys (agency_id, id);

-- One row an agency; the balance is Σ ledger.amount and never negative.
CREATE TABLE credits (
  agency_id uuid PRIMARY KEY REFERENCES agencies,
  balance bigint NOT NULL DEFAULT 0 CHECK (balance >= 0)
);

-- amount changes the balance, reserved changes what is promised to deliveries that are not terminal.
CREATE TABLE ledger (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('top_up', 'reserve', 'settle', 'release')),
  amount bigint NOT NULL,
  reserved bigint NOT NULL,
  blast_id uuid,
  note text NOT NULL DEFAULT '',
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_of_agency ON ledger (agency_id, id);

CREATE TABLE customers (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  external_id text,
  email text NOT NULL,
  address_key text NOT NULL,
  first_name text NOT NULL DEFAULT '',
  last_name text NOT NULL DEFAULT '',
  locale text NOT NULL DEFAULT '',
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'deleted')),
  attributes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX customers_external_id ON customers (agency_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customers_of_agency ON customers (agency_id, id);
CREATE INDEX customers_by_address ON customers (agency_id, address_key);

CREATE TABLE customer_lists (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (agency_id, name)
);

CREATE TABLE customer_list_members (
  list_id uuid NOT NULL REFERENCES customer_lists ON DELETE CASCADE,
  customer_id uuid NOT NULL REFERENCES customers ON DELETE CASCADE,
  agency_id uuid NOT NULL,
  PRIMARY KEY (list_id, customer_id)
);
CREATE INDEX customer_list_members_of_customer ON customer_list_members (customer_id);

-- An address that must not be mailed. Keyed by address, so that it also holds for the same person under another customer.
CREATE TABLE suppressions (
  agency_id uuid NOT NULL REFERENCES agencies,
  address_key text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('opted_out', 'bounced', 'complained', 'invalid')),
  source text NOT NULL DEFAULT '',
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (agency_id, address_key, reason)
);

-- What the verifier said of an address, for as long as it counts.
CREATE TABLE address_verdicts (
  agency_id uuid NOT NULL REFERENCES agencies,
  address_key text NOT NULL,
  result text NOT NULL CHECK (result IN ('deliverable', 'undeliverable', 'risky', 'unknown')),
  reason text NOT NULL DEFAULT '',
  judged_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (agency_id, address_key)
);

CREATE TABLE templates (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  name text NOT NULL,
  version int NOT NULL DEFAULT 1,
  archived_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX templates_of_agency ON templates (agency_id, id);

-- A version never changes.
CREATE TABLE template_versions (
  template_id uuid NOT NULL REFERENCES templates,
  version int NOT NULL,
  agency_id uuid NOT NULL,
  subject text NOT NULL,
  html text NOT NULL,
  text text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (template_id, version)
);
`;
