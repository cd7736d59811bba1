// Each of our programs dies in the middle of a blast of 5,000, or is asked to stop under load.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "kysely";
import type { BlastAudit } from "#test/support/audit-blast.ts";
import { customers, startFaultBed, type FaultBed } from "./fault-bed.ts";

const testTimeoutMs = 60_000;
/** What one dying customer-sender can have claimed and not handed over: its batches at once, of 500 each. */
const inItsHands = 4 * 500;

let bed: FaultBed;
beforeAll(async () => {
  bed = await startFaultBed({ customerSenders: 2 });
});
afterAll(() => bed?.stop());

async function closes(blastId: string, o: { heldMax: number }): Promise<BlastAudit> {
  const audit = await bed.ended(blastId);
  const held = audit.states["held"] ?? 0;
  if (held > 0) process.stdout.write(`held: ${held} (${expect.getState().currentTestName})\n`);
  expect(audit.problems).toEqual([]);
  expect(audit).toMatchObject({ audience: customers, duplicates: 0, missing: 0, state: "completed" });
  expect(held).toBeLessThanOrEqual(o.heldMax);
  expect((audit.states["accepted"] ?? 0) + held).toBe(customers);
  return audit;
}

test("list-sender is killed and started again", { timeout: testTimeoutMs }, async () => {
  const blastId = await bed.blastUnderWay();
  await bed.kill(bed.stack.services.listSender[0]!);
  await bed.stack.services.listSender[0]!.restart();
  await bed.shortenAckWait();
  await closes(blastId, { heldMax: 0 });
});

test("the scheduler is killed and started again", { timeout: testTimeoutMs }, async () => {
  const blastId = await bed.blastUnderWay();
  await bed.kill(bed.stack.services.scheduler[0]!);
  await bed.stack.services.scheduler[0]!.restart();
  await bed.shortenAckWait();
  await closes(blastId, { heldMax: 0 });
});

test("one of two customer-senders is killed and not started again: the other does its work", { timeout: testTimeoutMs }, async () => {
  const blastId = await bed.blastUnderWay();
  await bed.kill(bed.stack.services.customerSender[1]!);
  await closes(blastId, { heldMax: inItsHands });
  await bed.stack.services.customerSender[1]!.restart();
}); // prettier-ignore

test("both customer-senders are killed and started again", { timeout: testTimeoutMs }, async () => {
  const blastId = await bed.blastUnderWay();
  await Promise.all(bed.stack.services.customerSender.map((each) => bed.kill(each)));
  await Promise.all(bed.stack.services.customerSender.map((each) => each.restart()));
  await bed.shortenAckWait();
  await closes(blastId, { heldMax: 2 * inItsHands });
});

test(
  "customer-senders are asked to stop under load: nothing is in doubt",
  { timeout: testTimeoutMs },
  async () => {
    const blastId = await bed.blastUnderWay();
    for (const each of bed.stack.services.customerSender) {
      await each.stop();
      await each.restart();
    }
    await bed.shortenAckWait();
    await closes(blastId, { heldMax: 0 });
    const { rows } = await bed.database.asSystem((tx) =>
    sql<{ doubted: number }>`SELECT count(*) AS doubted FROM activities WHERE source_id = ${blastId} AND kind = 'delivery.in_doubt'`.execute(tx),
  ); // prettier-ignore
    expect(rows[0]!.doubted).toBe(0);
  },
);
