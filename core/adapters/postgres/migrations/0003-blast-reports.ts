import { sql, type Kysely } from "kysely";

/** Where the report of a blast is. A new table: it locks nothing that is in use. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(/* sql */ `
CREATE TABLE blast_reports (
  blast_id uuid PRIMARY KEY REFERENCES blasts,
  agency_id uuid NOT NULL REFERENCES agencies,
  url text NOT NULL,
  -- What happened after it is not in the report.
  figures_until timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE blast_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE blast_reports FORCE ROW LEVEL SECURITY;
CREATE POLICY of_agency ON blast_reports TO fanfare_agency
  USING (agency_id = (SELECT nullif(current_setting('fanfare.agency_id', true), '')::uuid))
  WITH CHECK (agency_id = (SELECT nullif(current_setting('fanfare.agency_id', true), '')::uuid));
CREATE POLICY of_system ON blast_reports TO fanfare_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON blast_reports TO fanfare_agency, fanfare_system;`)
    .execute(database);
}
