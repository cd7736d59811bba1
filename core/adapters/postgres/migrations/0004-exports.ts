import { sql, type Kysely } from "kysely";

const currentAgency = "(SELECT nullif(current_setting('fanfare.agency_id', true), '')::uuid)";

/** Exports: what was asked for, how far the exporter is, and where the file lies. A new table: it locks nothing that is in use. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(/* sql */ `
CREATE TABLE exports (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  agency_id uuid NOT NULL REFERENCES agencies,
  user_id uuid,
  -- Messages name an export by it.
  idempotency_key text NOT NULL,
  -- The contract's ExportSpec in JSON.
  spec jsonb NOT NULL,
  state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'running', 'completed', 'failed')),
  -- The fencing token: whoever reports must hold the highest.
  attempt int NOT NULL DEFAULT 0,
  worker text NOT NULL DEFAULT '',
  rows bigint NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  -- The exporter's own words about how to go on, and the attempt that left them.
  checkpoint bytea,
  checkpoint_attempt int NOT NULL DEFAULT 0,
  file text NOT NULL DEFAULT '',
  sha256 text NOT NULL DEFAULT '',
  failure text NOT NULL DEFAULT '',
  requested_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  UNIQUE (agency_id, idempotency_key)
);
CREATE INDEX exports_of_agency ON exports (agency_id, id);
CREATE INDEX exports_at_work ON exports (changed_at) WHERE state IN ('requested', 'running');
ALTER TABLE exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE exports FORCE ROW LEVEL SECURITY;
CREATE POLICY of_agency ON exports TO fanfare_agency
  USING (agency_id = ${currentAgency}) WITH CHECK (agency_id = ${currentAgency});
CREATE POLICY of_system ON exports TO fanfare_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON exports TO fanfare_agency, fanfare_system;
`)
    .execute(database);
}
