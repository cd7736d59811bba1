// What agencies have on a lane's queue, and in which order: list-sender on the real database and broker, with nobody who takes anything off.
import { jetstreamManager } from "@nats-io/jetstream";
import { fromBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  setAgencyLimits,
  noLimits,
  type AgencyLimits,
} from "#core/adapters/postgres/blasts/agency-limits.ts";
import type { LaneText } from "#core/adapters/postgres/schema.ts";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";
import { until } from "#test/support/until.ts";

/** What waits for senders, as services/list-sender/plan-portions.ts has it. */
const ahead = 1_000;
const large = 12_000;
const small = 10;

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await startPipeline();
  await pipeline.startListSender();
  await pipeline.startScheduler({ stallMs: 600_000 });
});
afterEach(() => pipeline?.close());

async function agencyWith(limits: Partial<AgencyLimits> = {}): Promise<AgencyRows> {
  const agency = await createAgencyRows(pipeline.database);
  await pipeline.database.asSystem((tx) => setAgencyLimits(tx, agency.agencyId, { ...noLimits, ...limits }));
  return agency;
}

async function blast(agency: AgencyRows, count: number, lane: LaneText = "standard"): Promise<string> {
  const ids = await createCustomerRows(pipeline.database, agency.agencyId, count);
  return acceptBlastRows(pipeline.database, agency, { lane, audience: count > 10_000 ? { filter: {} } : { customers: { ids } } });
} // prettier-ignore

async function pauseAll(agencies: AgencyRows[], paused: boolean): Promise<void> {
  await pipeline.database.asSystem((tx) =>
    tx.updateTable("agencies").set({ paused }).where("id", "in", agencies.map(({ agencyId }) => agencyId)).execute(),
  );
} // prettier-ignore

const rowOf = (blastId: string) =>
  pipeline.database.asSystem((tx) =>
    tx.selectFrom("blasts").select(["state", "released_count"]).where("id", "=", blastId).executeTakeFirstOrThrow(),
  ); // prettier-ignore

const released = async (blastId: string) => (await rowOf(blastId)).released_count;
const frozen = (blastId: string) =>
  until("the audience to be frozen", 60_000, async () => (await rowOf(blastId)).state === "sending");

/** Blast ids of a lane's queue, in the order in which senders get them. */
async function queued(lane: LaneText): Promise<string[]> {
  const manager = await jetstreamManager(pipeline.connection, { checkAPI: false });
  const { state } = await manager.streams.info("WORK_CUSTOMER");
  const seqs = Array.from(
    { length: state.last_seq - state.first_seq + 1 },
    (_, index) => state.first_seq + index,
  );
  const messages = await Promise.all(seqs.map((seq) => manager.streams.getMessage("WORK_CUSTOMER", { seq })));
  return messages.flatMap((message) => {
    if (message === null || !message.subject.includes(`.${lane}.`)) return [];
    const { order } = fromBinary(SendBlastToCustomerSchema, message.data);
    return order.case === "delivery" ? [order.value.blastId] : [];
  });
}

test("ten customers stand behind two batches of another agency's twelve thousand, not behind all of them", { timeout: 120_000 }, async () => {
  const [hog, neighbour] = [await agencyWith(), await agencyWith()];
  const thousands = await blast(hog, large);
  await until("the large one to fill its part", 60_000, async () => (await released(thousands)) >= ahead);
  const ten = await blast(neighbour, small);
  await until("the small one's release", 30_000, async () => (await released(ten)) === small);
  expect((await queued("standard")).lastIndexOf(ten)).toBeLessThan(ahead + 2 * small);
  expect(await released(thousands)).toBe(ahead);
}); // prettier-ignore

test("a full lane leaves the others as they are", { timeout: 120_000 }, async () => {
  const [hog, neighbour] = [await agencyWith(), await agencyWith()];
  const thousands = await blast(hog, 5_000);
  await until("the standard lane to be full", 60_000, async () => (await released(thousands)) >= ahead);
  for (const lane of ["urgent", "bulk"] as const) {
    const ten = await blast(neighbour, small, lane);
    await until(`the ${lane} one's release`, 30_000, async () => (await released(ten)) === small);
    expect(await queued(lane)).toEqual(Array.from({ length: small }, () => ten));
  }
});

test("agencies that begin together have parts by their weights, in turn", { timeout: 120_000 }, async () => {
  const agencies = [await agencyWith({ weight: 3 }), await agencyWith()];
  await pauseAll(agencies, true);
  const blasts = await Promise.all(agencies.map((agency) => blast(agency, 2_000)));
  await Promise.all(blasts.map(frozen));
  await pauseAll(agencies, false);
  await until("the lane to be full", 30_000, async () => {
    const counts = await Promise.all(blasts.map(released));
    return counts.reduce((sum, count) => sum + count, 0) >= ahead;
  });
  expect(await Promise.all(blasts.map(released))).toEqual([750, 250]);
  // In slices of 250, times the weight: nobody's part stands in front of all of another's.
  const places = await queued("standard");
  expect(Math.max(...blasts.map((id) => places.indexOf(id)))).toBeLessThanOrEqual(750);
}); // prettier-ignore

test("an operator's cap holds an agency's deliveries in flight, over its lanes", { timeout: 120_000 }, async () => {
  const capped = await agencyWith({ inFlightMax: 30 });
  const first = await blast(capped, 400);
  await until("the cap to be reached", 30_000, async () => (await released(first)) === 30);
  const other = await blast(capped, small, "bulk");
  const neighbour = await blast(await agencyWith(), small, "bulk");
  await frozen(other);
  await until("a later one of another agency", 30_000, async () => (await released(neighbour)) === small);
  expect([await released(first), await released(other)]).toEqual([30, 0]);
  await pipeline.database.asSystem((tx) => setAgencyLimits(tx, capped.agencyId, noLimits));
  await until("the rest once the cap is gone", 30_000, async () => (await released(first)) === 400 && (await released(other)) === small);
}); // prettier-ignore

test("an operator's rate holds back what an agency releases in a second", { timeout: 120_000 }, async () => {
  const perSecondMax = 20;
  const slow = await agencyWith({ perSecondMax });
  const since = performance.now();
  const hundred = await blast(slow, 100);
  for (let count = 0; count < 60;) {
    count = await until("more of it", 30_000, async () => {
      const now = await released(hundred);
      return now > count ? now : undefined;
    });
    // A second's worth at most may have been saved up, and every feeder's round may round up.
    expect(count).toBeLessThanOrEqual(perSecondMax * (2 + (performance.now() - since) / 1_000));
  }
});
