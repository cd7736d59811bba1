// A delivery is written by the freeze, the claim and the record. The two that follow find room on the page of the first, so that they touch no index.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { startBlast } from "#core/adapters/postgres/blasts/start.ts";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";
import { othersEnded } from "#test/support/others-ended.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());

const customers = 600;
const batch = 200;

/** The page that each delivery is on, by sequence. */
async function pagesOf(blastId: string): Promise<number[]> {
  const { rows } = await db.database.asSystem((tx) =>
    sql<{ page: number }>`
      SELECT (ctid::text::point)[0]::int AS page FROM deliveries WHERE blast_id = ${blastId} ORDER BY seq`.execute(
      tx,
    ),
  );
  return rows.map(({ page }) => page);
}

test("a delivery stays on its page from the freeze to the acceptance, and its Activity tells when its batch was claimed", async () => {
  const agency = await createAgencyRows(db.database);
  const { agencyId } = agency;
  const ids = await createCustomerRows(db.database, agencyId, customers);
  const blastId = await acceptBlastRows(db.database, agency, { audience: { customers: { ids } } });
  await db.database.withAgency(agencyId, async (tx) => {
    await freezePage(tx, agencyId, blastId);
    await startBlast(tx, agencyId, blastId);
  });
  const frozenOn = await pagesOf(blastId);
  const store = createDeliveryStore(db.database);
  for (let first = 1; first <= customers; first += batch) {
    const id = randomUUID();
    const seqs = Array.from({ length: batch }, (_, at) => first + at);
    const all = () => ({ skip: [], claim: seqs });
    const claim = { id, agencyId, blastId, worker: "test", leaseMs: 60_000 };
    const { deliveries } = await store.claim(claim, seqs, all, () => true);
    const accepted = deliveries.map(
      ({ seq, attempt }) =>
        ({
          seq,
          attempt,
          from: "sending",
          to: "accepted",
          providerMessageId: `<${id}@mail.example>`,
        }) as const,
    );
    await othersEnded(db.database);
    await store.record({ agencyId, blastId, lane: "standard", claimId: id }, accepted);
  }
  expect(await pagesOf(blastId)).toEqual(frozenOn);

  const { rows } = await db.database.asSystem((tx) =>
    sql<{ told: number; moments: number }>`
      SELECT count(*) FILTER (WHERE a.data->>'attempt' = '1' AND (a.data->>'claimed_at')::timestamptz = d.claimed_at
          AND a.data->>'provider_message_id' = d.provider_message_id)::int AS told, count(DISTINCT d.claimed_at)::int AS moments
      FROM deliveries d JOIN activities a ON a.source_id = d.blast_id AND a.seq = d.seq
      WHERE d.blast_id = ${blastId} AND a.kind = 'delivery.accepted'`.execute(tx),
  );
  expect(rows).toEqual([{ told: customers, moments: customers / batch }]);
});
