// Deliveries that the provider has no room for wait in their rows. However often they come and are sent back, that is told once.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createBlastStore } from "#core/adapters/postgres/blast-store.ts";
import { lineUpMost } from "#core/adapters/postgres/blasts/feed.ts";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { ownAgency, startedBlast, type StartedBlast } from "#test/support/own-agency.ts";
import { claimBatch } from "../../../services/customer-sender/claim-batch.ts";
import type { CustomerSenderDeps } from "../../../services/customer-sender/deps.ts";
import type { Room } from "../../../services/customer-sender/sending-domain.ts";

const own = ownAgency();
const size = 50;
/** The breaker's longest opening. */
const delayMs = 30_000;

function claim(batch: StartedBlast, room: Room, random: () => number = Math.random) {
  const deps = {
    store: createDeliveryStore(own.database), newId: randomUUID, monotonicMs: () => performance.now(), leaseMs: 60_000, name: "test", random,
  } satisfies Partial<CustomerSenderDeps>; // prettier-ignore
  return claimBatch(deps as unknown as CustomerSenderDeps, batch, room);
}

async function tellsOf({ blastId }: StartedBlast) {
  const { rows } = await own.database.asSystem((tx) =>
    sql<{
      activities: number;
      steps: number;
      waiting: number;
      retrying: number;
      first: number;
      last: number;
    }>`
      SELECT (SELECT count(*)::int FROM activities WHERE source_id = ${blastId} AND seq > 0) AS activities,
        (SELECT sum(step)::int FROM deliveries WHERE blast_id = ${blastId}) AS steps,
        (SELECT count(*)::int FROM deliveries WHERE blast_id = ${blastId} AND state = 'retry') AS waiting,
        (SELECT sum(retrying)::int FROM blast_progress WHERE blast_id = ${blastId}) AS retrying,
        (SELECT extract(epoch FROM min(at) - now())::float8 FROM wakeups WHERE blast_id = ${blastId}) AS first,
        (SELECT extract(epoch FROM max(at) - now())::float8 FROM wakeups WHERE blast_id = ${blastId}) AS last`.execute(
      tx,
    ),
  );
  return rows[0]!;
}

test("an hour's outage leaves one Activity for each who waits, however often they were sent back", async () => {
  const batch = await startedBlast(own, size);
  for (let times = 0; times < 160; times++) {
    const parked = await claim(batch, { claimMax: 0, delayMs });
    expect(parked.outcomes.size).toBe(size);
    expect([...parked.outcomes.values()]).toContainEqual({ kind: "skip", reason: "provider_busy" });
  }
  expect(await tellsOf(batch)).toMatchObject({
    activities: size,
    steps: size,
    waiting: size,
    retrying: size,
  });
});

test("each time they are put off, staggered, and all come within a minute", async () => {
  const batch = await startedBlast(own, size);
  await claim(batch, { claimMax: 0, delayMs: 1_000 });
  const soon = await tellsOf(batch);
  expect(soon.last).toBeLessThan(5);
  await claim(batch, { claimMax: 0, delayMs });
  const later = await tellsOf(batch);
  expect(later.first).toBeGreaterThan(25);
  expect(later.last).toBeLessThanOrEqual(60);
  expect(later.last - later.first).toBeGreaterThan(10);
});

test("an urgent delivery comes again as soon as the breaker's time is over, and does not line up", async () => {
  const batch = await startedBlast(own, size, "urgent");
  await claim(batch, { claimMax: 0, delayMs }, () => 0.999);
  expect((await tellsOf(batch)).last).toBeLessThanOrEqual(33);
});

test("one who waited and was put off is claimed as before, with the probe's place for one", async () => {
  const batch = await startedBlast(own, size);
  for (let times = 0; times < 3; times++) await claim(batch, { claimMax: 0, delayMs });
  const probe = await claim(batch, { claimMax: 1, delayMs });
  expect(probe.deliveries.map(({ attempt }) => attempt)).toEqual([1]);
  expect(await tellsOf(batch)).toMatchObject({
    waiting: size - 1,
    retrying: size - 1,
    activities: size,
  });
  const all = await claim(batch, { claimMax: size });
  expect(all.deliveries).toHaveLength(size - 1);
  expect(await tellsOf(batch)).toMatchObject({ waiting: 0, retrying: 0, first: null });
});

test("a blast that has lined up enough is released no further until the provider has had room for a while", async () => {
  const batch = await startedBlast(own, lineUpMost);
  const { takeBlastsToFeed, giveBack } = createBlastStore(own.database);
  const isFed = async () => {
    const taken = await takeBlastsToFeed("standard", 100);
    await giveBack(taken.map(({ id }) => id));
    return taken.some(({ id }) => id === batch.blastId);
  };
  const noRoom = { claimMax: 0, delayMs: 10_000, spreadMs: 10_000, feedAfterMs: 0 };
  const [first, ...others] = [...batch.customerOf];
  await claim({ ...batch, customerOf: new Map(others) }, noRoom);
  expect(await isFed()).toBe(true);
  await claim({ ...batch, customerOf: new Map([first!]) }, noRoom);
  expect(await isFed()).toBe(false);
  await own.database.asSystem((tx) =>
    sql`UPDATE blasts SET feed_after = feed_after - interval '11 seconds' WHERE id = ${batch.blastId}`.execute(
      tx,
    ),
  );
  expect(await isFed()).toBe(true);
});
