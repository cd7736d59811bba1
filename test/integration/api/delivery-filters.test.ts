import { randomUUID } from "node:crypto";
import { createClient, type Client } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BlastService, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";

// More than two windows of a scan, so that pages end at the bound and go on behind it.
const deliveries = 45_000;
const releasedSeq = 44_900;

let api: TestApi;
let agency: TestAgency;
let blasts: Client<typeof BlastService>;
const blastId = "01900000-0000-7000-8000-0000000000aa";

const state = sql`CASE WHEN n > 44800 THEN 'pending' WHEN n = 44000 THEN 'held' WHEN n IN (3, 43000) THEN 'rejected' WHEN n % 1000 = 0 THEN 'skipped'
  WHEN n = 7 THEN 'in_doubt' WHEN n IN (9, 41000) THEN 'retry' WHEN n IN (11, 42001) THEN 'sending' ELSE 'accepted' END`;

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency();
  blasts = createClient(BlastService, agency.transport);
  await api.database.asSystem(async (tx) => {
    const { agencyId } = agency;
    await sql`
      INSERT INTO blasts (id, agency_id, name, lane, template_id, template_version, audience, state, audience_size, released_seq)
      VALUES (${blastId}, ${agencyId}, 'large', 'bulk', ${randomUUID()}, 1, '{}', 'sending', ${deliveries}, ${releasedSeq})`.execute(
      tx,
    );
    await sql`
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, state, reason, attempt)
      SELECT ${blastId}, n, ${agencyId}, gen_random_uuid(), s,
        CASE s WHEN 'held' THEN 'absent_at_provider' WHEN 'rejected' THEN CASE n WHEN 3 THEN 'bad_address' ELSE 'refused' END
          WHEN 'skipped' THEN CASE WHEN n < 22000 THEN 'bounced' ELSE 'opted_out' END WHEN 'in_doubt' THEN 'server_error' WHEN 'retry' THEN 'refused' ELSE '' END, 1
      FROM generate_series(1, ${deliveries}) n, LATERAL (SELECT ${state} AS s) x`.execute(tx);
    await sql`
      INSERT INTO blast_reasons (blast_id, reason, shard, agency_id, count)
      SELECT blast_id, reason, 0, agency_id, count(*) FROM deliveries WHERE state IN ('skipped', 'rejected') GROUP BY 1, 2, 4`.execute(
      tx,
    );
    await sql`
      INSERT INTO doubts (blast_id, seq, agency_id, attempt, since, claimed_at, next_look_at)
      SELECT blast_id, seq, agency_id, 1, now(), now(), now() FROM deliveries WHERE state = 'in_doubt'`.execute(
      tx,
    );
    await sql`
      INSERT INTO wakeups (blast_id, seq, agency_id, customer_id, lane, attempt, at)
      SELECT blast_id, seq, agency_id, customer_id, 'bulk', 1, now() FROM deliveries WHERE state = 'retry'`.execute(
      tx,
    );
    await sql`
      INSERT INTO claims (id, agency_id, blast_id, seqs, attempts, lease_until, worker)
      SELECT gen_random_uuid(), agency_id, blast_id, array_agg(seq), array_agg(1), now(), 'w' FROM deliveries WHERE state = 'sending' GROUP BY 2, 3`.execute(
      tx,
    );
  });
});
afterAll(() => api.close());

/** All sequences of a filter, page after page, and how many pages it took. */
async function read(filter: { state?: DeliveryState; reason?: string }, size: number) {
  const seqs: number[] = [];
  let token = "";
  for (let pages = 1; ; pages += 1) {
    const { deliveries: rows, page } = await blasts.listDeliveries({
      blastId,
      ...filter,
      page: { size, token },
    });
    expect(rows.length).toBeLessThanOrEqual(size);
    seqs.push(...rows.map(({ sequence }) => sequence));
    token = page?.nextToken ?? "";
    if (token === "") return { seqs, pages };
  }
}

const expected = async (condition: ReturnType<typeof sql>) => {
  const { rows } = await api.database.asSystem((tx) =>
    sql<{
      seq: number;
    }>`SELECT seq FROM deliveries WHERE blast_id = ${blastId} AND ${condition} ORDER BY seq`.execute(tx),
  );
  return rows.map(({ seq }) => seq);
};

it.each([
  ["held", { state: DeliveryState.HELD }, sql`state = 'held'`],
  ["rejected", { state: DeliveryState.REJECTED }, sql`state = 'rejected'`],
  ["skipped", { state: DeliveryState.SKIPPED }, sql`state = 'skipped'`],
  ["in doubt", { state: DeliveryState.IN_DOUBT }, sql`state = 'in_doubt'`],
  ["waiting for another try", { state: DeliveryState.RETRY }, sql`state = 'retry'`],
  ["on their way", { state: DeliveryState.SENDING }, sql`state = 'sending'`],
  ["of a reason", { reason: "opted_out" }, sql`reason = 'opted_out'`],
  ["of a reason that nothing has", { reason: "no_credit" }, sql`false`],
])(
  "finds those that are %s in pages as short as asked for, with no empty one between",
  async (_, filter, condition) => {
    const wanted = await expected(condition);
    for (const size of [1, 10, 1000]) {
      const { seqs, pages } = await read(filter, size);
      expect(seqs).toEqual(wanted);
      expect(pages).toBe(Math.max(1, Math.ceil(wanted.length / size)));
    }
  },
);

it.each([
  ["not released", { state: DeliveryState.PENDING }, sql`state = 'pending' AND seq > ${releasedSeq}`],
  ["queued", { state: DeliveryState.QUEUED }, sql`state = 'pending' AND seq <= ${releasedSeq}`],
  [
    "of a state and a reason",
    { state: DeliveryState.REJECTED, reason: "refused" },
    sql`state = 'rejected' AND reason = 'refused'`,
  ],
])(
  "finds those that are %s behind a bounded number of others, page after page",
  async (_, filter, condition) => {
    expect((await read(filter, 1000)).seqs).toEqual(await expected(condition));
  },
);

it("shows accepted ones in order of their sequence", async () => {
  expect((await read({ state: DeliveryState.ACCEPTED }, 1000)).seqs).toEqual(
    await expected(sql`state = 'accepted'`),
  );
});
