// Who gives way to whom, on the real database, broker and sandbox.
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { openWay, waySubjects } from "#core/adapters/nats/way.ts";
import { createLogger } from "#core/runtime/log.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";
import { until } from "#test/support/until.ts";

const hundreds = 400;
const few = 10;

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await startPipeline();
});
afterEach(() => pipeline?.close());

async function blastTo(count: number): Promise<{ agencyId: string; blastId: string }> {
  const agency = await createAgencyRows(pipeline.database);
  const ids = await createCustomerRows(pipeline.database, agency.agencyId, count);
  const blastId = await acceptBlastRows(pipeline.database, agency, { audience: { customers: { ids } } });
  return { agencyId: agency.agencyId, blastId };
}

const accepted = async (blastId: string) =>
  (
    await pipeline.database.asSystem((tx) =>
      tx.selectFrom("deliveries").select("seq").where("blast_id", "=", blastId).where("state", "=", "accepted").execute(),
    )
  ).length; // prettier-ignore

test("a few are claimed, sent and recorded while hundreds give way, and the hundreds follow", { timeout: 60_000 }, async () => {
  const free = Promise.withResolvers<void>();
  const passed: string[] = [];
  const waiting: string[] = [];
  await pipeline.startCustomerSender(() => ({
    way: {
      give: () => {
        waiting.push("one");
        return free.promise;
      },
      passed: (agencyId) => void passed.push(agencyId),
    },
  }));
  await pipeline.startListSender();
  await pipeline.startScheduler();
  const large = await blastTo(hundreds);
  await until("the large batch to give way", 20_000, () => waiting.length > 0);
  const small = await blastTo(few);
  await pipeline.ended(small.blastId);
  expect(await accepted(large.blastId)).toBeLessThan(hundreds);
  expect(passed).toContain(small.agencyId);
  free.resolve();
  await pipeline.ended(large.blastId);
  expect(await accepted(large.blastId)).toBe(hundreds);
}); // prettier-ignore

test("all processes hear who wants the way, and the one where it ends tells the others once", { timeout: 30_000 }, async () => {
  const log = createLogger({ service: "test", level: "silent" });
  const other = await connectNats({ url: pipeline.nats.url, name: "other", log });
  try {
    const told: string[] = [];
    pipeline.connection.subscribe(waySubjects.over("*"), { callback: (_error, { subject }) => void told.push(subject) });
    const ways = [pipeline.connection, other].map((connection) => openWay(connection, () => performance.now()));
    await Promise.all([pipeline.connection.flush(), other.flush()]);
    // Should this machine sleep longer than a window is open, the next one is looked at.
    await until("the end of one to be told", 20_000, async () => {
      pipeline.connection.publish(waySubjects.wanted("urgent", "ann"));
      await Promise.all([pipeline.connection.flush(), other.flush()]);
      const given = Promise.all(ways.map(async (way) => way.give()));
      told.splice(0);
      ways[0]!.passed("bob");
      ways[0]!.passed("ann");
      ways[0]!.passed("ann");
      await given;
      await pipeline.connection.flush();
      return told.length > 0;
    });
    expect(told).toEqual([waySubjects.over("ann")]);
  } finally {
    await other.close();
  }
}); // prettier-ignore
