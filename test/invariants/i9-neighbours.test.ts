// I9: a small blast of one agency does not wait for another agency's large ones.
import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { startPipeline, type Pipeline, type Running } from "#test/support/running-pipeline.ts";
import { until } from "#test/support/until.ts";

/** Small next to production's 4,000, in the proportion of the test's blasts to production's. */
const blastWindow = 500;
const large = 10_000;
const small = 10;
/** What a window of the neighbour takes to send; measured against, not against the clock. */
const sharesOfNeighbour = 0.35;

let pipeline: Pipeline;
let sender: Running;
beforeEach(async () => {
  pipeline = await startPipeline();
  await fetch(`${pipeline.sandbox.url}/_sandbox/config`, {
    method: "POST",
    body: JSON.stringify({ latencyMs: 100 }),
  });
  await pipeline.startListSender({ blastWindow });
  await pipeline.startScheduler({ stallMs: 30_000 });
  sender = await pipeline.startCustomerSender(() => ({ batchMax: 100 }));
});
afterEach(() => pipeline?.close());

async function accepted(blastId: string): Promise<number> {
  const rows = await pipeline.database.asSystem((tx) =>
    tx.selectFrom("blast_progress").select("accepted").where("blast_id", "=", blastId).execute(),
  );
  return rows.reduce((sum, row) => sum + row.accepted, 0);
}

async function audienceOf(agencyId: string, count: number) {
  return { customers: { ids: await createCustomerRows(pipeline.database, agencyId, count) } };
}

test("ten customers behind ten thousand of another agency are served while most of those wait", { timeout: 120_000 }, async () => {
  const [hog, neighbour] = [await createAgencyRows(pipeline.database), await createAgencyRows(pipeline.database)];
  const tenThousand = await acceptBlastRows(pipeline.database, hog, { audience: await audienceOf(hog.agencyId, large) });
  const audience = await audienceOf(neighbour.agencyId, small);
  await until("the large one to be under way", 30_000, async () => (await accepted(tenThousand)) > 0);
  const ten = await acceptBlastRows(pipeline.database, neighbour, { audience });
  const before = await accepted(tenThousand);
  await pipeline.ended(ten, 60_000);
  const meanwhile = (await accepted(tenThousand)) - before;
  expect(await accepted(ten)).toBe(small);
  expect(meanwhile).toBeLessThan(large * sharesOfNeighbour);
}); // prettier-ignore

// The lane's only consumer is first in, first out: what one agency has on the queue stands in front of all others.
test("twenty blasts of one agency have no more on the queue than one would, or two", { timeout: 120_000 }, async () => {
  await sender.stop();
  const [hog, neighbour] = [await createAgencyRows(pipeline.database), await createAgencyRows(pipeline.database)];
  const audience = await audienceOf(hog.agencyId, blastWindow);
  for (let n = 0; n < 20; n++) await acceptBlastRows(pipeline.database, hog, { audience });
  const ofAgency = (agencyId: string) =>
    pipeline.database.asSystem((tx) => tx.selectFrom("blasts").select(["state", "released_count"]).where("agency_id", "=", agencyId).execute());
  await until("all to be frozen", 60_000, async () => (await ofAgency(hog.agencyId)).every(({ state }) => state === "sending"));
  // When a later one was released, the feeder has been at all of them.
  await acceptBlastRows(pipeline.database, neighbour, { audience: await audienceOf(neighbour.agencyId, small) });
  await until("the neighbour's release", 30_000, async () => (await ofAgency(neighbour.agencyId))[0]?.released_count === small);
  const released = (await ofAgency(hog.agencyId)).reduce((sum, { released_count }) => sum + released_count, 0);
  expect(released).toBeLessThanOrEqual(2 * blastWindow);
}); // prettier-ignore
