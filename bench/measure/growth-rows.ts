// Years of an agency's history by INSERT … SELECT: what the pages of `growth.ts` are read from.
import pg from "pg";

/** What was loaded, and where to look into it. */
export type GrownAgency = {
  agencyId: string;
  deliveries: number;
  customers: number;
  /** The largest blast, of this month, and a middling one of a year ago. */
  largeBlastId: string;
  oldBlastId: string;
  listId: string;
  /** Of the large blast. */
  largeSize: number;
};

const MONTHS = 12;
const BLASTS = 240;
/** A tenth of all in one blast, up to the million that the issue speaks of. */
const LARGE_MAX = 1_000_000;
const SCHEDULES = 2_000;

/** Customer n, without a look-up. Ids are ordered as customers were created. */
const customerId = (n: string) => `('01900000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const address = (n: string) => `'customer.' || ${n} || '@' || 'mail' || (${n} % 50) || '.example'`;

/** What became of delivery n: few held, one in a thousand rejected, one in thirty skipped. */
const STATE = `CASE WHEN n % 200011 = 199999 THEN 'held' WHEN n % 1009 = 7 THEN 'rejected' WHEN n % 31 = 5 THEN 'skipped' ELSE 'accepted' END`;
const REASON = `CASE WHEN n % 200011 = 199999 THEN 'absent_at_provider' WHEN n % 1009 = 7 THEN CASE WHEN n % 50000 < 1009 THEN 'rare_refusal' ELSE 'bad_recipient' END
  WHEN n % 31 = 5 THEN CASE WHEN n % 2 = 0 THEN 'opted_out' ELSE 'bounced' END ELSE '' END`;

/** Loads that many deliveries, and all that comes with them, for an agency that is there. Rows are as the services write them, in bulk. */
export async function loadGrowth(
  databaseUrl: string,
  agencyId: string,
  templateId: string,
  deliveries: number,
  say: (what: string) => void,
): Promise<GrownAgency> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("SET synchronous_commit = off");
    const largeSize = Math.max(1_000, Math.min(LARGE_MAX, Math.round(deliveries / 10)));
    const size = Math.max(1, Math.round((deliveries - largeSize) / BLASTS));
    const customers = Math.max(largeSize, size);
    await loadPeople(client, agencyId, customers, say);
    await client.query(
      `SELECT ensure_partitions(t, now() - make_interval(months => $1), $1 + 2) FROM unnest(ARRAY['deliveries', 'activities', 'delivery_facts']) t`,
      [MONTHS],
    );
    const { rows } = await client.query<{ id: string; size: number }>(
      `INSERT INTO blasts (id, agency_id, name, lane, template_id, template_version, audience, state, audience_size, eligible, released_seq,
         released_count, accepted_at, started_at, completed_at)
       SELECT overlay(uuid_v7_floor(at)::text PLACING substr(gen_random_uuid()::text, 20) FROM 20)::uuid, $1, 'Blast ' || b, 'bulk', $2, 1, '{}',
         CASE WHEN b % 40 = 3 THEN 'cancelled' ELSE 'completed' END, size, size, size, size, at, at, at + interval '10 minutes'
       FROM (SELECT b, now() - b * make_interval(days => $3) / ${BLASTS} AS at, CASE WHEN b = 0 THEN $4::int ELSE $5::int END AS size
         FROM generate_series(0, ${BLASTS}) b) x ORDER BY b RETURNING id, audience_size AS size`,
      [agencyId, templateId, MONTHS * 30, largeSize, size],
    );
    let loaded = 0;
    for (const [index, blast] of rows.entries()) {
      await loadBlast(client, agencyId, blast);
      loaded += blast.size;
      if (index % 40 === 0) say(`${loaded} of ${deliveries} deliveries`);
    }
    await loadBeside(client, agencyId, templateId, deliveries);
    say("reading statistics");
    await client.query("ANALYZE");
    const { rows: lists } = await client.query<{ id: string }>(
      "SELECT id FROM customer_lists WHERE agency_id = $1",
      [agencyId],
    );
    return {
      agencyId,
      deliveries: loaded,
      customers,
      largeSize,
      listId: lists[0]!.id,
      largeBlastId: rows[0]!.id,
      oldBlastId: rows.at(-1)!.id,
    };
  } finally {
    await client.end();
  }
}

async function loadPeople(
  client: pg.Client,
  agencyId: string,
  customers: number,
  say: (what: string) => void,
): Promise<void> {
  say(`loading ${customers} customers`);
  await client.query(
    `INSERT INTO customers (id, agency_id, external_id, email, address_key, first_name, last_name)
     SELECT ${customerId("n")}, $1, 'x' || n, ${address("n")}, ${address("n")}, 'Ada' || n % 1000, 'Lovelace' || n % 777
     FROM generate_series(1, $2::int) n`,
    [agencyId, customers],
  );
  await client.query(
    `WITH list AS (INSERT INTO customer_lists (agency_id, name) VALUES ($1, 'All') RETURNING id)
     INSERT INTO customer_list_members (list_id, customer_id, agency_id)
     SELECT list.id, ${customerId("n")}, $1 FROM list, generate_series(1, $2::int) n`,
    [agencyId, customers],
  );
  await client.query(
    `INSERT INTO suppressions (agency_id, address_key, reason, since) SELECT $1, ${address("n")}, 'bounced', now()
     FROM generate_series(1, $2::int, 2) n`,
    [agencyId, customers],
  );
}

async function loadBlast(
  client: pg.Client,
  agencyId: string,
  blast: { id: string; size: number },
): Promise<void> {
  const values = [agencyId, blast.id, blast.size];
  await client.query(
    `INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key, state, reason, attempt, step, claimed_at, provider_message_id)
     SELECT $2, n, $1, ${customerId("n")}, ${address("n")}, ${address("n")}, ${STATE}, ${REASON}, 1, 1, now(), '<' || n || '.20261122@mail.example>'
     FROM generate_series(1, $3::int) n`,
    values,
  );
  await client.query(
    `INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, at, data)
     SELECT b.id, n, 1, $1, ${customerId("n")}, 'delivery.' || ${STATE}, b.accepted_at + n * interval '1 millisecond',
       jsonb_build_object('attempt', '1', 'claimed_at', now(), 'provider_message_id', '<' || n || '.20261122@mail.example>')
     FROM blasts b, generate_series(1, $3::int) n WHERE b.id = $2`,
    values,
  );
  await client.query(
    `INSERT INTO blast_progress (blast_id, shard, agency_id, accepted, skipped, rejected, held)
     SELECT $2, 0, $1, count(*) FILTER (WHERE s = 'accepted'), count(*) FILTER (WHERE s = 'skipped'), count(*) FILTER (WHERE s = 'rejected'),
       count(*) FILTER (WHERE s = 'held') FROM (SELECT ${STATE} AS s FROM generate_series(1, $3::int) n) x`,
    values,
  );
}

/** A twentieth as many direct sends, a tenth as many ledger rows, a hundredth as many dead letters, and schedules. */
async function loadBeside(
  client: pg.Client,
  agencyId: string,
  templateId: string,
  deliveries: number,
): Promise<void> {
  await client.query(
    `INSERT INTO blasts (agency_id, name, lane, direct, template_id, template_version, audience, state, audience_size, eligible, released_seq,
       released_count, started_at, completed_at)
     SELECT $1, 'Direct send', 'urgent', true, $2, 1, '{}', 'completed', 1, 1, 1, 1, now(), now() FROM generate_series(1, $3::int)`,
    [agencyId, templateId, Math.round(deliveries / 20)],
  );
  await client.query(
    `INSERT INTO ledger (agency_id, kind, amount, reserved) SELECT $1, 'settle', 0, 0 FROM generate_series(1, $2::int)`,
    [agencyId, Math.round(deliveries / 10)],
  );
  await client.query(
    `INSERT INTO dead_letters (id, agency_id, stream, subject, durable, message_type, reason, detail, headers, body, deliveries, failures, worker, at, requeued_at)
     SELECT 'bench-' || n, $1::uuid, 'WORK_CUSTOMER', 'fanfare.work.customer.bulk.' || $1::text, 'customer-sender-bulk', 'fanfare.work.v1.SendBlastToCustomer',
       CASE WHEN n % 5000 = 11 THEN 'invalid' ELSE 'failures_spent' END, 'no', '{}', '\\x', 1, 1, 'bench', now() - n * interval '1 second',
       CASE WHEN n % 10 < 9 THEN now() END
     FROM generate_series(1, $2::int) n`,
    [agencyId, Math.round(deliveries / 100)],
  );
  await client.query(
    `INSERT INTO schedules (agency_id, name, template_id, template_version, audience, lane, local_start, time_zone, next_at, next_occurrence)
     SELECT $1, 'Schedule ' || n, $2, 1, '{}', 'bulk', '2030-01-01T09:00', 'UTC', now() + (100 + n) * interval '1 day', n::text
     FROM generate_series(1, ${SCHEDULES}) n`,
    [agencyId, templateId],
  );
}
