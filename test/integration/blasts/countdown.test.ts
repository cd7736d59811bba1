// A blast that can be taken back, and doubts that are settled as the blast wants it.
import { randomUUID } from "node:crypto";
import { timestampDate, type Timestamp } from "@bufbuild/protobuf/wkt";
import { createClient, type Client } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BlastState, type BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { DoubtPolicy } from "#gen/fanfare/options/v1/doubt_policy_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import { create } from "@bufbuild/protobuf";
import { countMessages } from "#core/adapters/nats/count-messages.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { createCustomerRows, type AgencyRows } from "#test/support/agency-rows.ts";
import { auditBlast } from "#test/support/audit-blast.ts";
import { startHouse, type House } from "#test/support/sending-house.ts";
import { until } from "#test/support/until.ts";
import { run } from "../../../services/cli/test-support.ts";

const customers = 10;

let house: House;
/** The provider loses mail of these blasts. */
const lost = new Set<string>();

beforeAll(async () => {
  house = await startHouse();
  await house.pipeline.startCustomerSender(({ mailer }) => ({
    mailer: {
      async send(mail, signal) {
        const first = mail.recipients[0]!.rid.endsWith("/1");
        if (lost.has(mail.tag) && first)
          return { kind: "in_doubt", reason: "timed_out", evidence: "deadline" };
        return mailer.send(mail, signal);
      },
    },
  }));
});
afterAll(() => house?.close());

type Acting = { rows: AgencyRows; blasts: Client<typeof BlastService> };

async function request({ rows }: Acting) {
  const ids = await createCustomerRows(house.api.database, rows.agencyId, customers);
  return {
    idempotencyKey: randomUUID(),
    name: "Storm",
    content: { templateId: rows.templateId },
    audience: { of: { case: "customers" as const, value: { ids } } },
  };
}

const frozen = (blasts: Client<typeof BlastService>, blastId: string) =>
  until("the audience to be frozen", 10_000, async () => {
    const { blast } = await blasts.getBlast({ blastId });
    return blast?.state === BlastState.SENDING && blast.balanceSheet?.audience === customers;
  });
const mailsOf = async (blastId: string) =>
  (await auditBlast({ database: house.api.database, sandboxUrl: house.pipeline.sandbox.url }, blastId)).mails;
const ms = (at: Timestamp | undefined) => (at === undefined ? Number.NaN : timestampDate(at).getTime());

it("mails nobody when it is cancelled before its countdown is over", async () => {
  const acting = await house.agency({ settings: { undo_seconds: 600 } });
  const { blasts } = acting;
  const answer = await blasts.sendBlast(await request(acting));
  const { blastId } = answer;
  await frozen(blasts, blastId);
  const { blast } = await blasts.getBlast({ blastId });
  expect(ms(blast?.leavesAt) - ms(blast?.acceptedAt)).toBe(600_000);
  expect(answer.leavesAt).toEqual(blast?.leavesAt);
  expect((await blasts.cancelBlast({ blastId })).alreadyLeft).toBe(0);
  await house.pipeline.ended(blastId);
  expect((await blasts.getBlast({ blastId })).blast).toMatchObject({
    state: BlastState.CANCELLED,
    balanceSheet: { audience: customers, skipped: customers, accepted: 0, reasons: { cancelled: customers } },
  });
  expect(await mailsOf(blastId)).toBe(0);
});

it("leaves by itself when the countdown is over, and not a moment before by the database's clock", async () => {
  // Longer than the time after which the scheduler looks for stalled blasts.
  const acting = await house.agency({ settings: { undo_seconds: 4 } });
  const { blasts } = acting;
  const { blastId } = await blasts.sendBlast(await request(acting));
  await frozen(blasts, blastId);
  await house.pipeline.ended(blastId);
  const { rows } = await house.api.database.asSystem((tx) =>
    sql<{ early: number; round: number; total: number }>`
      SELECT (count(*) FILTER (WHERE d.claimed_at < b.leaves_at))::int AS early, count(*)::int AS total, max(b.release_round) AS round
      FROM deliveries d JOIN blasts b ON b.id = d.blast_id WHERE b.id = ${blastId}`.execute(tx),
  );
  expect(rows).toEqual([{ early: 0, total: customers, round: 0 }]);
  expect(await mailsOf(blastId)).toBe(customers);
});

it("keeps its deliveries back even from whoever publishes them by hand during the countdown", async () => {
  const acting = await house.agency({ settings: { undo_seconds: 600 } });
  const { blasts, rows } = acting;
  const order = await request(acting);
  const { blastId } = await blasts.sendBlast(order);
  await frozen(blasts, blastId);
  const message = create(SendBlastToCustomerSchema, {
    agencyId: rows.agencyId,
    lane: Lane.STANDARD,
    idempotencyKey: randomUUID(),
    customerId: order.audience.of.value.ids[0]!,
    order: { case: "delivery", value: { blastId, sequence: 1 } },
  });
  await house.pipeline.publisher.publish(
    workEnvelope(SendBlastToCustomerSchema, message, { source: "test", timeMs: Date.now() }),
  );
  const subject = `fanfare.work.customer.standard.${rows.agencyId}`;
  await until(
    "the worker to take it off the queue",
    10_000,
    async () => (await countMessages(house.pipeline.connection, "WORK_CUSTOMER", subject)) === 0,
  );
  expect((await blasts.getBlast({ blastId })).blast?.balanceSheet).toMatchObject({ waiting: customers });
  await blasts.cancelBlast({ blastId });
  await house.pipeline.ended(blastId);
  expect(await mailsOf(blastId)).toBe(0);
});

it("says on the command line how long it can be undone, and how", async () => {
  const { rows } = await house.agency({ settings: { undo_seconds: 30 } });
  await createCustomerRows(house.api.database, rows.agencyId, 1);
  const env = {
    FANFARE_URL: house.api.url,
    FANFARE_API_KEY: house.api.operatorKey,
    FANFARE_AGENCY: rows.agencyId,
  };
  const { code, out } = await run(["send", "--template", "Storm", "--all", "--key", randomUUID()], env);
  expect(code).toBe(0);
  const [, blastId = ""] = /^blast (\S+)/.exec(out) ?? [];
  expect(out).toMatch(new RegExp(`leaves in (30|29) s; undo with: fanfare cancel ${blastId}`));
  expect(await run(["cancel", blastId], env)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/already left: 0/),
  });
});

it.each([
  [
    "holds doubts although its agency resends them",
    "resend",
    DoubtPolicy.HOLD,
    { held: customers, accepted: 0 },
  ],
  [
    "resends doubts although its agency holds them",
    "hold",
    DoubtPolicy.RESEND,
    { held: 0, accepted: customers },
  ],
  [
    "does as its agency does when it says nothing",
    "resend",
    DoubtPolicy.UNSPECIFIED,
    { accepted: customers },
  ],
] as const)("%s", async (_name, policy, doubtPolicy, sheet) => {
  const acting = await house.agency({ settings: { doubt_policy: policy, undo_seconds: 1 } });
  const { blastId } = await acting.blasts.sendBlast({ ...(await request(acting)), doubtPolicy });
  lost.add(blastId);
  await house.pipeline.ended(blastId);
  const { blast } = await acting.blasts.getBlast({ blastId });
  expect(blast).toMatchObject({ doubtPolicy, balanceSheet: sheet });
});

it("takes its doubt policy from an order on the queue too, and calls another policy another order", async () => {
  const { rows, blasts } = await house.agency({ settings: { undo_seconds: 1 } });
  const ids = await createCustomerRows(house.api.database, rows.agencyId, customers);
  const key = randomUUID();
  const order = (doubtPolicy: DoubtPolicy) =>
    workEnvelope(
      SendBlastToCustomerListSchema,
      create(SendBlastToCustomerListSchema, {
        agencyId: rows.agencyId,
        lane: Lane.STANDARD,
        idempotencyKey: key,
        order: {
          case: "newBlast",
          value: {
            name: "Storm",
            content: { templateId: rows.templateId },
            audience: { of: { case: "customers", value: { ids } } },
            doubtPolicy,
          },
        },
      }),
      { source: "test", timeMs: Date.now() },
    );
  await house.pipeline.publisher.publish(order(DoubtPolicy.RESEND));
  const blast = await until("the blast", 10_000, async () => (await blasts.listBlasts({})).blasts[0]);
  expect(blast.doubtPolicy).toBe(DoubtPolicy.RESEND);
  const again = order(DoubtPolicy.HOLD);
  again.headers["Nats-Msg-Id"] = randomUUID();
  await house.pipeline.publisher.publish(again);
  const queues = createClient(QueueService, house.api.operatorTransport(rows.agencyId));
  const letter = await until(
    "the dead letter",
    10_000,
    async () => (await queues.listDeadLetters({})).deadLetters[0],
  );
  expect(letter.detail).toMatch(/key/);
});
