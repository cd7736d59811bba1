// I5: exactly one Activity for each (delivery, transition), however many try to record it. I7: attempts only rise, facts never regress.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { startBlast } from "#core/adapters/postgres/blasts/start.ts";
import { claimDeliveries } from "#core/adapters/postgres/deliveries/claim.ts";
import { recordTransitions, type Transition } from "#core/adapters/postgres/deliveries/record.ts";
import { createTimerStore } from "#core/adapters/postgres/timer-store.ts";
import { receiveEvents, type ReceivedEvent } from "#core/adapters/postgres/provider-events/receive.ts";
import { createLogger } from "#core/runtime/log.ts";
import { applyProviderEvents } from "../../services/scheduler/apply-provider-events.ts";
import type { SchedulerDeps } from "../../services/scheduler/deps.ts";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditCredits } from "#test/support/audit-blast.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());

/** One delivery of a blast, claimed for the first time. */
async function claimed(agency: AgencyRows): Promise<string> {
  const { agencyId } = agency;
  const ids = await createCustomerRows(db.database, agencyId, 1);
  const blastId = await acceptBlastRows(db.database, agency, { audience: { customers: { ids } } });
  await db.database.withAgency(agencyId, async (tx) => {
    await freezePage(tx, agencyId, blastId);
    await startBlast(tx, agencyId, blastId);
    await claimDeliveries(tx, { id: randomUUID(), agencyId, blastId, worker: "test", leaseMs: 60_000 }, [1]);
  });
  return blastId;
}

test("of twenty who record the same transition, or rivals of it, one does, with one activity and one booking", async () => {
  const agency = await createAgencyRows(db.database);
  const { agencyId } = agency;
  for (let times = 0; times < 5; times++) {
    const blastId = await claimed(agency);
    const base = { seq: 1, attempt: 1, from: "sending" as const };
    const rivals: Transition[] = [
      { ...base, to: "accepted", providerMessageId: "m" },
      { ...base, to: "rejected", reason: "test" },
      { ...base, to: "in_doubt", reason: "test" },
      { ...base, to: "retry", reason: "test", delayMs: 1 },
    ];
    const changed = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        db.database.withAgency(agencyId, (tx) => recordTransitions(tx, { agencyId, blastId, lane: "standard" }, [rivals[n % rivals.length]!])),
      ),
    );
    expect(changed.filter((set) => set.size === 1)).toHaveLength(1);
    const activities = await db.database.asSystem((tx) => tx.selectFrom("activities").select("kind").where("source_id", "=", blastId).execute());
    expect(activities).toHaveLength(1);
  }
  expect(await auditCredits(db.database, agencyId)).toEqual([]);
}); // prettier-ignore

const kinds = [
  "delivered",
  "opened",
  "clicked",
  "unsubscribed",
  "complained",
  "failed_permanent",
  "failed_temporary",
] as const;
const scheduler = () =>
  ({
    store: createTimerStore(db.database),
    log: createLogger({ service: "test", level: "silent" }),
    name: "test",
  }) as unknown as SchedulerDeps;

test("webhooks in any order, any number of times, by several schedulers at once: facts keep their first time", { timeout: 60_000 }, async () => {
  const agency = await createAgencyRows(db.database);
  const event = fc.record({ kind: fc.constantFrom(...kinds), second: fc.integer({ min: 0, max: 20 }), id: fc.integer({ min: 0, max: 6 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), async (drawn) => {
      const blastId = await claimed(agency);
      // Events of a delivery on its way wait for its record.
      const accepted = { seq: 1, attempt: 1, from: "sending", to: "accepted", providerMessageId: "m" } as const;
      const scope = { agencyId: agency.agencyId, blastId, lane: "standard" } as const;
      await db.database.withAgency(agency.agencyId, (tx) => recordTransitions(tx, scope, [accepted]));
      const run = randomUUID();
      // One id is one event: its repetitions say the same.
      const byId = new Map(drawn.map((each) => [each.id, each]));
      const atMs = (second: number) => Date.UTC(2026, 10, 22, 9, 0, second);
      const received = drawn.map(({ id }, n): ReceivedEvent => {
        const { kind, second } = byId.get(id)!;
        return { id: `${run}-${id}`, token: `${run}-${n}`, kind, delivery: { blastId, seq: 1, attempt: 1 }, providerMessageId: "m", reason: "", atMs: atMs(second) };
      });
      for (const each of received) {
        await db.database.asSystem((tx) => receiveEvents(tx, [each]));
        if (Math.abs(each.atMs) % 2 === 0) await applyProviderEvents(scheduler());
      }
      await Promise.all([applyProviderEvents(scheduler()), applyProviderEvents(scheduler())]);
      await applyProviderEvents(scheduler());
      const facts = await db.database.asSystem((tx) => tx.selectFrom("delivery_facts").selectAll().where("blast_id", "=", blastId).executeTakeFirst());
      const first = (kind: (typeof kinds)[number]) => {
        const times = [...byId.values()].filter((each) => each.kind === kind).map(({ second }) => atMs(second));
        return times.length === 0 ? null : new Date(Math.min(...times));
      };
      expect(facts).toMatchObject({
        delivered_at: first("delivered"), opened_at: first("opened"), clicked_at: first("clicked"), unsubscribed_at: first("unsubscribed"),
        complained_at: first("complained"), bounced_at: first("failed_permanent"), deferred_at: first("failed_temporary"),
      });
      const logged = await db.database.asSystem((tx) =>
        tx.selectFrom("activities").select("kind").where("source_id", "=", blastId).where("step", ">=", 1_000).execute(),
      );
      expect(logged).toHaveLength(new Set([...byId.values()].map(({ kind }) => kind)).size);
    }),
    { numRuns: 15 },
  );
}); // prettier-ignore
