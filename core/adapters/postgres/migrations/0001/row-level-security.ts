/** Tables whose rows belong to an agency by the column `agency_id`. */
const tablesOfAgencies = [
  "users",
  "api_keys",
  "credits",
  "ledger",
  "customers",
  "customer_lists",
  "customer_list_members",
  "suppressions",
  "address_verdicts",
  "templates",
  "template_versions",
  "schedules",
  "blasts",
  "blast_progress",
  "blast_reasons",
  "deliveries",
  "claims",
  "wakeups",
  "doubts",
  "activities",
  "delivery_facts",
  "idempotency_keys",
  "outbox",
  "dead_letters",
];

// The sub-select makes the setting a constant of the plan instead of a call for each row. An unset agency is NULL: no row.
const currentAgency = "(SELECT nullif(current_setting('fanfare.agency_id', true), '')::uuid)";

function policies(table: string, column: string): string {
  return /* sql */ `
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY of_agency ON ${table} TO fanfare_agency USING (${column} = ${currentAgency}) WITH CHECK (${column} = ${currentAgency});
CREATE POLICY of_system ON ${table} TO fanfare_system USING (true) WITH CHECK (true);`;
}

/**
 * Two roles that own nothing and cannot bypass row-level security. Every transaction takes one of them: fanfare_agency sees the rows
 * of one agency, fanfare_system (relay, sweeper, sign-in, operators) sees all. Without a role nothing is visible to a
 * connecting user that is not a superuser. Roles belong to the whole server, hence the tolerance for those that exist.
 */
export const rowLevelSecurity = /* sql */ `
DO $do$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['fanfare_agency', 'fanfare_system'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    IF NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
    END IF;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', wanted);
  END LOOP;
  -- A partition that is named by itself does not ask its parent's policies, so nobody may name one. Later ones are granted to nobody.
  FOR wanted IN SELECT inhrelid::regclass::text FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent AND p.relkind = 'p' LOOP
    EXECUTE format('REVOKE ALL ON %s FROM fanfare_agency, fanfare_system', wanted);
  END LOOP;
END
$do$;
${policies("agencies", "id")}
-- Belongs to no agency until it is applied: only the system role sees it.
ALTER TABLE provider_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE provider_events FORCE ROW LEVEL SECURITY;
CREATE POLICY of_system ON provider_events TO fanfare_system USING (true) WITH CHECK (true);
${tablesOfAgencies.map((table) => policies(table, "agency_id")).join("\n")}
`;
