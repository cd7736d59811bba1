// A person decides about what was not sent: tries it again, or gives it up.
import { randomUUID } from "node:crypto";
import { Code, type Client } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BlastState, DeliveryState, type BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { parseRid } from "#core/domain/delivery/id.ts";
import { createCustomerRows, type AgencyRows } from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { errorOf } from "#test/support/error-of.ts";
import { startHouse, type House } from "#test/support/sending-house.ts";
import { run } from "../../../services/cli/test-support.ts";

const customers = 40;

let house: House;
/** What the provider does to a delivery before it would take it. */
let mischief: (seq: number) => "reject" | "lose" | "take" = () => "take";

beforeAll(async () => {
  house = await startHouse();
  await house.pipeline.startCustomerSender(({ mailer }) => ({
    batchMax: 1,
    mailer: {
      async send(mail, signal) {
        const what = mischief(parseRid(mail.recipients[0]!.rid)!.seq);
        if (what === "reject") return { kind: "rejected", reason: "refused", evidence: "HTTP 406" };
        if (what === "lose") return { kind: "in_doubt", reason: "timed_out", evidence: "deadline" };
        return mailer.send(mail, signal);
      },
    },
  }));
});
afterAll(() => house?.close());

/** A blast that has ended with a quarter rejected and a quarter held. */
async function unhappyBlast(): Promise<{
  blastId: string;
  rows: AgencyRows;
  blasts: Client<typeof BlastService>;
}> {
  mischief = (seq) => (seq % 4 === 0 ? "reject" : seq % 4 === 1 ? "lose" : "take");
  const { rows, blasts } = await house.agency({ credits: customers });
  const ids = await createCustomerRows(house.api.database, rows.agencyId, customers);
  const { blastId } = await blasts.sendBlast({
    idempotencyKey: randomUUID(),
    name: "Storm",
    content: { templateId: rows.templateId },
    audience: { of: { case: "customers", value: { ids } } },
  });
  await house.pipeline.ended(blastId);
  mischief = () => "take";
  return { blastId, rows, blasts };
}

const sheetOf = async (blasts: Client<typeof BlastService>, blastId: string) =>
  (await blasts.getBlast({ blastId })).blast?.balanceSheet;

async function mustBeRight(blastId: string, agencyId: string): Promise<void> {
  const audit = await auditBlast(
    { database: house.api.database, sandboxUrl: house.pipeline.sandbox.url },
    blastId,
  );
  expect([...audit.problems, ...(await auditCredits(house.api.database, agencyId))]).toEqual([]);
}

it("retries exactly the held ones, once, and the blast completes again", async () => {
  const { blastId, rows, blasts } = await unhappyBlast();
  const answers = await Promise.all(
    [1, 2, 3].map(() => blasts.retryDeliveries({ blastId, states: [DeliveryState.HELD] })),
  );
  expect(answers.map(({ retried }) => retried).toSorted((a, b) => a - b)).toEqual([0, 0, 10]);
  await house.pipeline.ended(blastId);
  const { blast } = await blasts.getBlast({ blastId });
  expect(blast).toMatchObject({
    state: BlastState.COMPLETED,
    balanceSheet: { accepted: 30, rejected: 10, held: 0, retrying: 0, reasons: { refused: 10 } },
  });
  await mustBeRight(blastId, rows.agencyId);
});

it("retries rejected ones by reason; they are paid for again, and the counters of their reason go back", async () => {
  const { blastId, rows, blasts } = await unhappyBlast();
  expect((await blasts.retryDeliveries({ blastId, reason: "no_such_reason" })).retried).toBe(0);
  expect((await blasts.retryDeliveries({ blastId, reason: "refused" })).retried).toBe(10);
  await house.pipeline.ended(blastId);
  expect(await sheetOf(blasts, blastId)).toMatchObject({ accepted: 30, rejected: 0, held: 10, reasons: {} });
  await mustBeRight(blastId, rows.agencyId);
  const { decisions } = await blasts.explainDelivery({ deliveryId: `${blastId}.4` });
  expect(decisions.map(({ step }) => step)).toEqual(
    expect.arrayContaining(["rejected", "retry", "accepted"]),
  );
  // Not the first retry of all: the provider may have been too busy before, for the lost calls count against it.
  expect(decisions).toContainEqual(
    expect.objectContaining({
      step: "retry",
      explanation: "A person decided that it is tried again.",
      evidence: expect.objectContaining({ decided: "by an operator: to be tried again" }),
    }),
  );
});

it("retries single deliveries by their sequence", async () => {
  const { blastId, rows, blasts } = await unhappyBlast();
  expect((await blasts.retryDeliveries({ blastId, sequences: [4, 5, 6, 999] })).retried).toBe(2);
  await house.pipeline.ended(blastId);
  expect(await sheetOf(blasts, blastId)).toMatchObject({ accepted: 22, rejected: 9, held: 9 });
  await mustBeRight(blastId, rows.agencyId);
});

it("changes nothing when the balance does not cover all that was rejected, and says how much it takes", async () => {
  const { blastId, rows, blasts } = await unhappyBlast();
  const setBalance = (balance: number) =>
    house.api.database.asSystem((tx) =>
      sql`UPDATE credits SET balance = ${balance} WHERE agency_id = ${rows.agencyId}`.execute(tx),
    );
  await setBalance(9);
  const error = await errorOf(blasts.retryDeliveries({ blastId }));
  expect(error.code).toBe(Code.FailedPrecondition);
  expect(error.findDetails(ErrorInfoSchema)[0]?.reason).toBe("insufficient_credit");
  expect(error.rawMessage).toContain("needs 10 credits, and the balance is 9");
  expect(await sheetOf(blasts, blastId)).toMatchObject({ rejected: 10, held: 10, retrying: 0 });
  await setBalance(10);
  expect((await blasts.retryDeliveries({ blastId })).retried).toBe(20);
  await house.pipeline.ended(blastId);
  expect(await sheetOf(blasts, blastId)).toMatchObject({ accepted: 40 });
  await mustBeRight(blastId, rows.agencyId);
});

it("does not mail a retried customer who has opted out meanwhile", async () => {
  const { blastId, rows, blasts } = await unhappyBlast();
  await house.api.database.asSystem((tx) =>
    sql`INSERT INTO suppressions (agency_id, address_key, reason)
      SELECT agency_id, address_key, 'opted_out' FROM deliveries WHERE blast_id = ${blastId} AND seq = 1`.execute(
      tx,
    ),
  );
  await blasts.retryDeliveries({ blastId, states: [DeliveryState.HELD] });
  await house.pipeline.ended(blastId);
  expect(await sheetOf(blasts, blastId)).toMatchObject({
    accepted: 29, skipped: 1, rejected: 10, reasons: { opted_out: 1, refused: 10 },
  }); // prettier-ignore
  await mustBeRight(blastId, rows.agencyId);
});

it("gives up what is held: its credit returns, and a retry may still be asked for", async () => {
  const { blastId, rows, blasts } = await unhappyBlast();
  expect((await blasts.rejectHeld({ blastId })).rejected).toBe(10);
  expect((await blasts.rejectHeld({ blastId })).rejected).toBe(0);
  expect(await sheetOf(blasts, blastId)).toMatchObject({
    held: 0,
    rejected: 20,
    reasons: { given_up: 10, refused: 10 },
  });
  await mustBeRight(blastId, rows.agencyId);
  expect((await blasts.explainDelivery({ deliveryId: `${blastId}.1` })).summary).toContain(
    "a person decided not to",
  );
  expect((await blasts.retryDeliveries({ blastId, reason: "given_up" })).retried).toBe(10);
  await house.pipeline.ended(blastId);
  await mustBeRight(blastId, rows.agencyId);
});

it("refuses to retry what was cancelled, and what another agency has", async () => {
  const { blastId } = await unhappyBlast();
  const other = await house.agency();
  expect((await errorOf(other.blasts.retryDeliveries({ blastId }))).code).toBe(Code.NotFound);
  expect((await errorOf(other.blasts.rejectHeld({ blastId }))).code).toBe(Code.NotFound);
  await house.api.database.asSystem((tx) =>
    sql`UPDATE blasts SET state = 'cancelled' WHERE id = ${blastId}`.execute(tx),
  );
  const { rows } = await house.api.database.asSystem((tx) =>
    sql<{ agency_id: string }>`SELECT agency_id FROM blasts WHERE id = ${blastId}`.execute(tx),
  );
  const fanfare = (...args: string[]) =>
    run(args, {
      FANFARE_URL: house.api.url, FANFARE_API_KEY: house.api.operatorKey, FANFARE_AGENCY: rows[0]!.agency_id,
    }); // prettier-ignore
  expect(await fanfare("retry", blastId)).toMatchObject({
    code: 1,
    err: expect.stringContaining("was cancelled"),
  });
  expect(await fanfare("reject-held", blastId)).toMatchObject({ code: 0, out: "given up: 10\n" });
});
