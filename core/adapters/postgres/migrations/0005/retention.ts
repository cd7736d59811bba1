/** Old months are dropped whole, and only when nothing of them can change any more. */
export const retention = /* sql */ `
-- The month of a partition that ensure_partitions made; null for any other table.
CREATE FUNCTION month_of_partition(part text) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $f$
  SELECT make_timestamptz(m[1]::int, m[2]::int, 1, 0, 0, 0, 'UTC') FROM regexp_match(part, '_([0-9]{4})_([0-9]{2})$') AS m
$f$;

-- Why rows of a month are still needed; null when they are not. Every blast of it has ended, its counters add up to its audience, nothing is
-- held or in doubt or waits, no webhook waits, and every credit that was reserved for it was spent or given back.
CREATE FUNCTION month_still_needed(month timestamptz) RETURNS text LANGUAGE plpgsql STABLE AS $f$
DECLARE
  first uuid := uuid_v7_floor(month);
  behind uuid := uuid_v7_floor(month + interval '1 month');
BEGIN
  IF EXISTS (SELECT FROM blasts WHERE id >= first AND id < behind AND completed_at IS NULL) THEN
    RETURN 'a blast has not ended';
  END IF;
  IF EXISTS (
    SELECT FROM blasts b LEFT JOIN blast_progress p ON p.blast_id = b.id WHERE b.id >= first AND b.id < behind
    GROUP BY b.id HAVING coalesce(sum(p.accepted + p.skipped + p.rejected), 0) <> b.audience_size) THEN
    RETURN 'a delivery is held or open, or the counters of a blast do not add up';
  END IF;
  IF EXISTS (SELECT FROM claims WHERE blast_id >= first AND blast_id < behind)
    OR EXISTS (SELECT FROM wakeups WHERE blast_id >= first AND blast_id < behind)
    OR EXISTS (SELECT FROM doubts WHERE blast_id >= first AND blast_id < behind) THEN
    RETURN 'a delivery is on its way, waits for another try or is in doubt';
  END IF;
  IF EXISTS (SELECT FROM provider_events WHERE applied_at IS NULL AND blast_id >= first AND blast_id < behind) THEN
    RETURN 'a webhook was not applied';
  END IF;
  IF EXISTS (SELECT FROM ledger WHERE blast_id >= first AND blast_id < behind GROUP BY blast_id HAVING sum(reserved) <> 0) THEN
    RETURN 'credit is reserved for a blast';
  END IF;
  RETURN NULL;
END
$f$;

-- Drops a month of deliveries, their facts and their activities. It does not ask whether the month is still needed: the caller has, in the
-- same transaction. Takes an ACCESS EXCLUSIVE lock on the three tables, which waits for what runs and is waited for: at most two seconds, then
-- it gives up with lock_not_available. Runs as its owner, so that the scheduler needs no right to drop tables.
CREATE FUNCTION drop_month(month timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $f$
DECLARE
  part text;
BEGIN
  -- Audits and late webhooks look into this month and the last.
  IF month + interval '2 months' > date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' THEN
    RAISE EXCEPTION 'the month % is too young to be dropped', month;
  END IF;
  FOREACH part IN ARRAY ARRAY['deliveries', 'delivery_facts', 'activities'] LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I', part || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM'));
  END LOOP;
END
$f$;
REVOKE EXECUTE ON FUNCTION drop_month(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_month(timestamptz) TO fanfare_system;
`;
