import { sql, type Kysely } from "kysely";

/** What an operator says of one agency's part of the lanes. A new table: it locks nothing that is in use. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(/* sql */ `
-- No row: weight 1 and no limits.
CREATE TABLE agency_limits (
  agency_id uuid PRIMARY KEY REFERENCES agencies,
  -- Its part of a lane beside the other agencies that have something to send.
  weight int NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 100),
  -- Deliveries on all lanes' queues together. Null: what its part of the lanes gives.
  in_flight_max int CHECK (in_flight_max >= 1),
  -- Deliveries released in a second. Null: as fast as the senders drain.
  per_second_max int CHECK (per_second_max >= 1),
  -- What the rate had left at refilled_at; below zero when several feeders took at once, and then paid back.
  allowance double precision NOT NULL DEFAULT 0,
  refilled_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
ALTER TABLE agency_limits ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_limits FORCE ROW LEVEL SECURITY;
CREATE POLICY of_agency ON agency_limits FOR SELECT TO fanfare_agency
  USING (agency_id = (SELECT nullif(current_setting('fanfare.agency_id', true), '')::uuid));
CREATE POLICY of_system ON agency_limits TO fanfare_system USING (true) WITH CHECK (true);
GRANT SELECT ON agency_limits TO fanfare_agency;
GRANT SELECT, INSERT, UPDATE, DELETE ON agency_limits TO fanfare_system;`)
    .execute(database);
}
