import { sql, type Kysely } from "kysely";

/**
 * More room on the pages of deliveries, so that each of the two updates of a delivery finds some on its own page and touches no index: a page
 * holds every row as it was claimed and as it was recorded, at a time. Only pages that are written from now on have it; no row moves. The
 * partitions are locked against VACUUM and DDL for a moment, and against nothing else.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(/* sql */ `
CREATE OR REPLACE FUNCTION ensure_partitions(parent text, around timestamptz, months_ahead int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $f$
DECLARE
  month timestamptz;
  part text;
  fill int := CASE parent WHEN 'deliveries' THEN 36 WHEN 'delivery_facts' THEN 70 ELSE 100 END;
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

DO $do$
DECLARE
  part text;
BEGIN
  -- Months that are over are written no more.
  FOR part IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'deliveries'::regclass
      AND coalesce(month_of_partition(inhrelid::regclass::text) >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', true) LOOP
    EXECUTE format('ALTER TABLE %s SET (fillfactor = 36)', part);
  END LOOP;
END
$do$;
`)
    .execute(database);
}
