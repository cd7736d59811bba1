import { sql, type Kysely } from "kysely";

const systemOnly = ["operators", "passwords", "sessions", "invitations", "sign_in_failures"]
  .map(
    (table) => /* sql */ `
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY of_system ON ${table} TO fanfare_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO fanfare_system;`,
  )
  .join("\n");

/** People who sign in with a password. All new tables: it locks nothing that is in use. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(/* sql */ `
CREATE TABLE operators (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  email text NOT NULL,
  email_key text NOT NULL UNIQUE,
  name text NOT NULL DEFAULT '',
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The holder is a user or an operator; a slow, salted hash that names its own parameters.
CREATE TABLE passwords (
  holder_id uuid PRIMARY KEY,
  hash text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- Only the SHA-256 of a cookie is stored; it has 256 random bits. Exactly one of the two owners is set.
CREATE TABLE sessions (
  hash bytea PRIMARY KEY,
  user_id uuid REFERENCES users ON DELETE CASCADE,
  operator_id uuid REFERENCES operators ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  CHECK ((user_id IS NULL) <> (operator_id IS NULL))
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_of_operator ON sessions (operator_id);
CREATE INDEX sessions_ending ON sessions (expires_at);

CREATE TABLE invitations (
  hash bytea PRIMARY KEY,
  holder_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX invitations_of_holder ON invitations (holder_id);

-- One row an address that somebody tried, whether it exists or not; gone after a success, and a day after the last try.
CREATE TABLE sign_in_failures (
  email_key text PRIMARY KEY,
  failures integer NOT NULL DEFAULT 0,
  blocked_until timestamptz NOT NULL DEFAULT now(),
  last_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX users_by_email ON users (email_key);
${systemOnly}`)
    .execute(database);
}
