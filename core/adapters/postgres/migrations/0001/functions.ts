/** Functions that the tables lean on. */
export const functions = /* sql */ `
-- RFC 9562 version 7: ordered by time, so that new rows land at the right edge of every index and a range of ids is a
-- range of time (which is how the large tables are partitioned). PostgreSQL 18 has its own; older servers get ours.
DO $do$
BEGIN
  IF current_setting('server_version_num')::int >= 180000 THEN
    CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
  ELSE
    CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $f$
      SELECT encode(
        set_bit(set_bit(
          overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
            FROM 1 FOR 6),
          52, 1), 53, 1), 'hex')::uuid
    $f$;
  END IF;
END
$do$;

-- The smallest version 7 id of a moment: the bound of a partition.
CREATE FUNCTION uuid_v7_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $f$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$f$;

-- Creates the monthly partitions of a table around a moment, where they are missing. Safe to call at any time, from anywhere.
-- Runs as its owner, so that the scheduler needs no right to create tables.
CREATE FUNCTION ensure_partitions(parent text, around timestamptz, months_ahead int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $f$
DECLARE
  month timestamptz;
  part text;
  -- A claim and a record rewrite whole pages of deliveries at once: only with this much room 9 of 10 updates stay on their page (HOT).
  fill int := CASE parent WHEN 'deliveries' THEN 45 WHEN 'delivery_facts' THEN 70 ELSE 100 END;
BEGIN
  IF parent NOT IN ('deliveries', 'activities', 'delivery_facts') THEN
    RAISE EXCEPTION '% is not a partitioned table of Fanfare', parent;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('fanfare:partitions:' || parent, 0));
  FOR i IN 0..months_ahead LOOP
    month := date_trunc('month', around AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + make_interval(months => i);
    part := format('%s_%s', parent, to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'));
    IF to_regclass(part) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = %s)',
        part, parent, uuid_v7_floor(month), uuid_v7_floor(month + interval '1 month'), fill);
    END IF;
  END LOOP;
END
$f$;
`;
