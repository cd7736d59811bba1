// I1: the rows of a blast are its frozen audience, each ends, and the counters are the counts.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freezePage, freezePageRows } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { startBlast } from "#core/adapters/postgres/blasts/start.ts";
import { startSandbox, type Sandbox } from "#dev/sandbox/sandbox.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";
import { createCrank } from "#test/support/hand-crank.ts";

let db: TestDatabase;
let sandbox: Sandbox;
beforeAll(async () => {
  db = await createTestDatabase();
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox?.close();
  await db?.drop();
});

test("every kind of customer ends as one row with one reason, and the counters agree", async () => {
  const agency = await createAgencyRows(db.database);
  const { agencyId } = agency;
  const ids = await createCustomerRows(db.database, agencyId, 12);
  await db.database.withAgency(agencyId, async (tx) => {
    const change = (n: number, set: object) => tx.updateTable("customers").set(set).where("id", "=", ids[n]!).execute();
    await change(0, { status: "inactive" });
    await change(1, { status: "deleted" });
    await change(2, { email: "Same@example.org", address_key: "same@example.org" });
    await change(3, { email: "same@example.org", address_key: "same@example.org" });
    for (const [n, reason] of [[4, "opted_out"], [5, "bounced"], [6, "complained"], [7, "invalid"]] as const)
      await sql`INSERT INTO suppressions (agency_id, address_key, reason) SELECT agency_id, address_key, ${reason} FROM customers WHERE id = ${ids[n]}`.execute(tx);
    await change(8, { email: "ada@localhost" });
  }); // prettier-ignore
  // The same customer twice is one customer.
  const audience = { customers: { ids: [...ids.filter((_, n) => n !== 1), ids[9]!] } };
  const blastId = await acceptBlastRows(db.database, agency, { audience });
  await createCrank({ database: db.database, sandboxUrl: sandbox.url }).untilEnded(blastId);
  const audit = await auditBlast({ database: db.database, sandboxUrl: sandbox.url }, blastId);
  expect(audit).toMatchObject({
    audience: 11,
    states: { accepted: 4, skipped: 6, rejected: 1 },
    reasons: { inactive: 1, duplicate_address: 1, opted_out: 1, bounced: 1, complained: 1, invalid_address: 1, bad_address: 1 },
    problems: [],
  }); // prettier-ignore
  expect(await auditCredits(db.database, agencyId)).toEqual([]);
});

test("an audience of two pages is frozen once, and distinct across the pages, with four at it", { timeout: 60_000 }, async () => {
  const agency = await createAgencyRows(db.database);
  const { agencyId } = agency;
  const count = freezePageRows + 500;
  const ids = await createCustomerRows(db.database, agencyId, count);
  // The first of the first page and the last of the second have one address.
  await db.database.withAgency(agencyId, (tx) =>
    sql`UPDATE customers SET address_key = 'twin@example.org', email = 'twin@example.org' WHERE id IN (${ids[0]}, ${ids.at(-1)})`.execute(tx),
  );
  const blastId = await acceptBlastRows(db.database, agency, { audience: { filter: {} } });
  const freeze = async () => {
    for (;;) {
      const page = await db.database.withAgency(agencyId, (tx) => freezePage(tx, agencyId, blastId));
      if (page.kind !== "more") break;
    }
    await db.database.withAgency(agencyId, (tx) => startBlast(tx, agencyId, blastId));
  };
  await Promise.all([freeze(), freeze(), freeze(), freeze()]);
  const { rows } = await db.database.asSystem((tx) =>
    sql<{ rows: number; customers: number; addresses: number; duplicates: number; lastSeq: number; eligible: number; audience: number }>`
      SELECT count(*)::int AS rows, count(DISTINCT d.customer_id)::int AS customers, count(DISTINCT d.address_key)::int AS addresses,
        (count(*) FILTER (WHERE d.reason = 'duplicate_address'))::int AS duplicates, max(d.seq)::int AS "lastSeq",
        max(b.eligible)::int AS eligible, max(b.audience_size)::int AS audience
      FROM deliveries d JOIN blasts b ON b.id = d.blast_id WHERE d.blast_id = ${blastId}`.execute(tx),
  );
  expect(rows[0]).toEqual({
    rows: count, customers: count, addresses: count - 1, duplicates: 1, lastSeq: count, eligible: count - 1, audience: count,
  });
  expect(await auditCredits(db.database, agencyId)).toEqual([]);
}); // prettier-ignore
