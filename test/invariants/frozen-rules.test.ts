// The rules for whom a blast must not mail stand twice, in SQL for the freeze and in TypeScript for the claim: they must say the same.
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  audienceFrom,
  audienceJudgements,
  frozenSkipReason,
} from "#core/adapters/postgres/audience/source.ts";
import { previewAudience } from "#core/adapters/postgres/audience/preview.ts";
import { freezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { skipReason } from "#core/domain/delivery/decide.ts";
import { acceptBlastRows, createAgencyRows } from "#test/support/agency-rows.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());

const person = fc.record({
  status: fc.constantFrom("active" as const, "inactive" as const),
  suppressions: fc.uniqueArray(fc.constantFrom("opted_out" as const, "bounced" as const, "complained" as const, "invalid" as const)),
  verdict: fc.option(fc.constantFrom("deliverable" as const, "undeliverable" as const, "risky" as const, "unknown" as const), { nil: undefined }),
  /** A verdict that has run out does not count. */
  fresh: fc.boolean(),
  /** Few addresses, so that some are shared. */
  address: fc.integer({ min: 0, max: 12 }),
}); // prettier-ignore
const agencyKind = fc.record({
  unknown_address_policy: fc.constantFrom("send" as const, "skip" as const),
  verify_addresses: fc.boolean(),
});

type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

test("freezing, preview and claim agree on random customers, suppressions and verdicts", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(agencyKind, fc.array(person, { minLength: 1, maxLength: 25 }), async (settings, people) => {
      const agency = await createAgencyRows(db.database, { settings });
      const { agencyId } = agency;
      // Suppressions and verdicts belong to addresses: the first person with one decides for all who share it.
      const ofAddress = new Map<number, Person>();
      for (const each of people) if (!ofAddress.has(each.address)) ofAddress.set(each.address, each);
      const ids = await insert(agencyId, people, ofAddress);

      const said = await db.database.withAgency(agencyId, (tx) =>
        sql<{ id: string; reason: string | null }>`
          SELECT c.id, ${frozenSkipReason} AS reason FROM (SELECT c.* ${audienceFrom(agencyId, { customers: { ids } })}) c ${audienceJudgements}`.execute(tx),
      );
      const bySql = new Map(said.rows.map(({ id, reason }) => [id, reason]));
      const byCode = people.map(({ status, address }) => {
        const { suppressions, verdict, fresh } = ofAddress.get(address)!;
        const counts = settings.verify_addresses && fresh ? verdict : undefined;
        return skipReason({ customerStatus: status, suppressions, verdict: counts }, settings.unknown_address_policy) ?? null;
      });
      expect(ids.map((id) => bySql.get(id))).toEqual(byCode);

      const audience = { customers: { ids } };
      const preview = await db.database.withAgency(agencyId, (tx) => previewAudience(tx, agencyId, audience));
      const blastId = await acceptBlastRows(db.database, agency, { audience });
      await db.database.withAgency(agencyId, (tx) => freezePage(tx, agencyId, blastId));
      const frozen = await db.database.withAgency(agencyId, (tx) =>
        tx.selectFrom("deliveries").select(["reason", "state", "address"]).where("blast_id", "=", blastId).execute(),
      );
      const going = frozen.filter(({ state }) => state === "pending");
      expect(frozen).toHaveLength(people.length);
      expect(new Set(going.map(({ address }) => address)).size).toBe(going.length);
      expect(preview).toMatchObject({ audience: frozen.length, eligible: going.length });
      const skipped: Record<string, number> = {};
      for (const { reason } of frozen) if (reason !== "") skipped[reason] = (skipped[reason] ?? 0) + 1;
      expect(preview.skipped).toEqual(skipped);
    }),
    { numRuns: 40 },
  );
}); // prettier-ignore

/** Answers their ids, in the order of the people. */
async function insert(agencyId: string, people: Person[], ofAddress: Map<number, Person>): Promise<string[]> {
  const key = (address: number) => `p${address}@example.org`;
  return db.database.withAgency(agencyId, async (tx) => {
    const ids: string[] = [];
    for (const { status, address } of people) {
      const row = { agency_id: agencyId, email: key(address), address_key: key(address), status };
      ids.push((await tx.insertInto("customers").values(row).returning("id").executeTakeFirstOrThrow()).id);
    }
    for (const [address, { suppressions, verdict, fresh }] of ofAddress) {
      for (const reason of suppressions)
        await tx.insertInto("suppressions").values({ agency_id: agencyId, address_key: key(address), reason }).execute();
      if (verdict === undefined) continue;
      const expires_at = new Date(Date.now() + (fresh ? 3_600_000 : -1_000));
      await tx.insertInto("address_verdicts").values({ agency_id: agencyId, address_key: key(address), result: verdict, expires_at }).execute();
    }
    return ids;
  });
} // prettier-ignore
