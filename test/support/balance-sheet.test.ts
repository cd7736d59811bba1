// A check that finds nothing wrong must be one that would: each fault is made on the real sandbox, and must be named.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSandbox } from "#dev/sandbox/sandbox.ts";
import {
  BalanceSheetSchema,
  DeliveryState,
  GetBlastResponseSchema,
  ListDeliveriesResponseSchema,
} from "#gen/fanfare/api/v1/blast_pb.js";
import { checkBalance, type BalanceParts } from "./balance-sheet.ts";

const BLAST = "0198c5a2-7d3e-7cc1-9d7f-0f6a2b1c3d4e";
type State = readonly [state: DeliveryState, reason?: string];

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

/** A blast whose n-th customer is c<n>@example.com, with counters that may lie. */
function blasts(
  states: readonly State[],
  sheet: MessageInitShape<typeof BalanceSheetSchema>,
): BalanceParts["blasts"] {
  return {
    getBlast: () =>
      Promise.resolve(
        create(GetBlastResponseSchema, {
          blast: { id: BLAST, balanceSheet: create(BalanceSheetSchema, sheet), completedAt: timestampNow() },
        }),
      ),
    listDeliveries: ({ page }) => {
      // One row a page, so that paging is walked too.
      const at = Number(page?.token || 0);
      const [state, reason = ""] = states[at] ?? [DeliveryState.UNSPECIFIED];
      const email = `c${at + 1}@example.com`;
      const row = { id: `${BLAST}.${at + 1}`, customerId: `customer-${at + 1}`, email, state, reason };
      const nextToken = at + 1 < states.length ? `${at + 1}` : "";
      return Promise.resolve(
        create(ListDeliveriesResponseSchema, { deliveries: [row], page: { nextToken } }),
      );
    },
  };
}

async function mail(to: string, sequence: number, attempt = 1): Promise<void> {
  const form = new URLSearchParams({
    from: "Agency <hi@agency.example.com>",
    to,
    subject: "Hello",
    text: "Hello",
    "v:rid": `${BLAST}.${sequence}/${attempt}`,
    "o:tag": BLAST,
  });
  const headers = { authorization: `Basic ${btoa("api:key")}` };
  const url = `${sandbox.url}/v3/agency.example.com/messages`;
  const answer = await fetch(url, { method: "POST", body: form, headers });
  expect(answer.status).toBe(200);
}

const check = (
  states: readonly State[],
  sheet: MessageInitShape<typeof BalanceSheetSchema>,
  more: Partial<BalanceParts> = {},
) => checkBalance({ blasts: blasts(states, sheet), sandboxUrl: sandbox.url, blastId: BLAST, ...more });

const { ACCEPTED, SKIPPED, HELD, QUEUED } = DeliveryState;
const TWO = { audience: 2, accepted: 1, skipped: 1, reasons: { inactive: 1 } };
const TWO_STATES: readonly State[] = [[ACCEPTED], [SKIPPED, "inactive"]];

test("a sheet that closes has no problems", async () => {
  await mail("c1@example.com", 1);
  expect(await check(TWO_STATES, TWO, { expectedAudience: 2 })).toMatchObject({
    audience: 2,
    accepted: 1,
    skipped: 1,
    reasons: { inactive: 1 },
    duplicates: 0,
    missing: 0,
    problems: [],
  });
});

test("a second mail of a delivery is a duplicate, whatever its attempt", async () => {
  await mail("c1@example.com", 1);
  await mail("c1@example.com", 1, 2);
  const { duplicates, problems } = await check(TWO_STATES, TWO);
  expect(duplicates).toBe(1);
  expect(problems).toEqual([expect.stringContaining("1 mails are duplicates")]);
});

test("two deliveries to one address are a duplicate", async () => {
  await mail("c1@example.com", 1);
  await mail("C1@example.com", 2);
  expect(await check([[ACCEPTED], [ACCEPTED]], { audience: 2, accepted: 2 })).toMatchObject({
    duplicates: 1,
  });
});

test("an accepted delivery without a mail is missing", async () => {
  const { missing, problems } = await check(TWO_STATES, TWO);
  expect(missing).toBe(1);
  expect(problems).toEqual([expect.stringContaining("no mail at the provider")]);
});

test("a delivery that has not ended is missing, and a held one is not", async () => {
  expect(await check([[QUEUED]], { audience: 1, waiting: 1 })).toMatchObject({ missing: 1 });
  expect(await check([[HELD]], { audience: 1, held: 1 })).toMatchObject({
    missing: 0,
    held: 1,
    problems: [],
  });
});

test("a mail to somebody who was skipped, to a stranger, or to the opted-out is named", async () => {
  await mail("c1@example.com", 1);
  await mail("c2@example.com", 2);
  await mail("c9@example.com", 9);
  const { problems } = await check(TWO_STATES, TWO, { neverMail: new Set(["c2@example.com"]) });
  expect(problems).toEqual([
    expect.stringContaining("must not be mailed"),
    expect.stringContaining("a delivery that is not accepted"),
    expect.stringContaining("belong to no delivery"),
  ]);
});

test("counters that are not the counts of the rows are named", async () => {
  await mail("c1@example.com", 1);
  const { problems } = await check(TWO_STATES, { ...TWO, accepted: 2, reasons: {} }, { expectedAudience: 3 });
  expect(problems).toEqual([
    "the blast says accepted 2, and its deliveries are 1",
    "the blast says inactive 0, and its deliveries are 1",
    "the audience is 2 and should be 3",
  ]);
});
