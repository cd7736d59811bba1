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
 * The log of facts: activities, and beside them the changes of suppressions, each with the transaction that wrote it. What is below the oldest
 * transaction that still writes is complete, so reading by transaction up to there misses nothing, whatever the order of commits was.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(/* sql */ `
-- Null for what was written before: the column and its default come apart, so that no row is rewritten.
ALTER TABLE activities ADD COLUMN tx bigint;
ALTER TABLE activities ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint;
CREATE INDEX activities_by_tx ON activities (tx);

CREATE TABLE suppression_changes (
  -- Given while the suppression's own row is locked, so of two changes of one row the later has the higher.
  version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tx bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
  agency_id uuid NOT NULL,
  removed boolean NOT NULL,
  address_key text NOT NULL,
  reason text NOT NULL,
  source text NOT NULL,
  since timestamptz NOT NULL
);
CREATE INDEX suppression_changes_by_tx ON suppression_changes (tx);
${ofAgency("suppression_changes")}
-- Those of before this log are its beginning.
LOCK TABLE suppressions IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO suppression_changes (agency_id, removed, address_key, reason, source, since)
SELECT agency_id, false, address_key, reason, source, since FROM suppressions ORDER BY since;

-- One statement's changes in one insert, however many addresses an import brings.
CREATE FUNCTION log_suppressions() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO suppression_changes (agency_id, removed, address_key, reason, source, since)
  SELECT agency_id, TG_OP = 'DELETE', address_key, reason, source, since FROM changed;
  RETURN NULL;
END
$f$;
CREATE TRIGGER log_added AFTER INSERT ON suppressions REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
CREATE TRIGGER log_changed AFTER UPDATE ON suppressions REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
CREATE TRIGGER log_removed AFTER DELETE ON suppressions REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();

-- How far the log was published. One row; whoever holds its lock publishes.
CREATE TABLE facts_cursor (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  tx bigint NOT NULL,
  -- The last fact of that transaction in the order of facts_after.
  part smallint NOT NULL,
  source_id uuid NOT NULL,
  seq int NOT NULL,
  step bigint NOT NULL
);
ALTER TABLE facts_cursor ENABLE ROW LEVEL SECURITY;
ALTER TABLE facts_cursor FORCE ROW LEVEL SECURITY;
CREATE POLICY of_system ON facts_cursor TO fanfare_system USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE ON facts_cursor TO fanfare_system;
INSERT INTO facts_cursor VALUES (true, 0, 0, '00000000-0000-0000-0000-000000000000', 0, 0);

-- Position of the last fact of an agency that was published. It begins behind the activities of before this log: a reader of the stream sees
-- that they are missing there.
CREATE TABLE facts_positions (
  agency_id uuid PRIMARY KEY,
  position bigint NOT NULL
) WITH (fillfactor = 50);
${ofAgency("facts_positions")}
INSERT INTO facts_positions SELECT agency_id, count(*) FROM activities GROUP BY agency_id;
`)
    .execute(database);
}
