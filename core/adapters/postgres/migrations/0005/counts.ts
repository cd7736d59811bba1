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
 * Running sums beside rows that only become more: what is reserved of an agency's credit, and how many are on a list. Triggers keep them, in
 * the statement that writes the rows, so that instances of an older version keep them too. Spread over 16 rows by connection, so that
 * parallel batches seldom wait for each other.
 */
export const runningCounts = /* sql */ `
-- Until the commit nobody writes what is being counted.
LOCK TABLE ledger, customer_list_members IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE credits_reserved (
  agency_id uuid NOT NULL,
  shard smallint NOT NULL,
  reserved bigint NOT NULL,
  PRIMARY KEY (agency_id, shard)
) WITH (fillfactor = 50);
${ofAgency("credits_reserved")}
INSERT INTO credits_reserved SELECT agency_id, 0, sum(reserved) FROM ledger GROUP BY 1;

CREATE FUNCTION count_reserved() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO credits_reserved AS c (agency_id, shard, reserved)
  SELECT agency_id, pg_backend_pid() % 16, sum(reserved) FROM written GROUP BY 1 HAVING sum(reserved) <> 0 ORDER BY 1
  ON CONFLICT (agency_id, shard) DO UPDATE SET reserved = c.reserved + excluded.reserved;
  RETURN NULL;
END
$f$;
CREATE TRIGGER count_reserved AFTER INSERT ON ledger REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION count_reserved();

CREATE TABLE customer_list_sizes (
  list_id uuid NOT NULL,
  shard smallint NOT NULL,
  agency_id uuid NOT NULL,
  members int NOT NULL,
  PRIMARY KEY (list_id, shard)
) WITH (fillfactor = 50);
${ofAgency("customer_list_sizes")}
INSERT INTO customer_list_sizes SELECT list_id, 0, agency_id, count(*) FROM customer_list_members GROUP BY 1, 3;

CREATE FUNCTION count_members() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO customer_list_sizes AS s (list_id, shard, agency_id, members)
  SELECT list_id, pg_backend_pid() % 16, agency_id, count(*) * CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
  FROM changed GROUP BY 1, 3 ORDER BY 1
  ON CONFLICT (list_id, shard) DO UPDATE SET members = s.members + excluded.members;
  RETURN NULL;
END
$f$;
CREATE TRIGGER count_joined AFTER INSERT ON customer_list_members REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_members();
CREATE TRIGGER count_left AFTER DELETE ON customer_list_members REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_members();
`;
