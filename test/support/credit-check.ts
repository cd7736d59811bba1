// Checks an agency's credits against its ledger and against what was accepted (I4).
import type { Client } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";

export type CreditCheck = { balance: bigint; reserved: bigint; entries: number; problems: string[] };

/** The contract's largest page. */
const PAGE_SIZE = 1_000;

/**
 * The balance is the sum of the ledger and not negative, nothing stays reserved, and what is gone is one credit for each accepted
 * mail. For an agency whose blasts have all ended; `accepted` sums over them, `toppedUp` is what it was given.
 */
export async function checkCredits(
  agencies: Pick<Client<typeof AgencyService>, "getCredits" | "listLedger">,
  expected: { toppedUp: bigint; accepted: number; held?: number },
): Promise<CreditCheck> {
  const { balance, reserved } = await agencies.getCredits({});
  let amounts = 0n;
  let reservations = 0n;
  let entries = 0;
  let token = "";
  do {
    const answer = await agencies.listLedger({ page: { size: PAGE_SIZE, token } });
    for (const entry of answer.entries) {
      entries += 1;
      amounts += entry.amount;
      reservations += entry.reserved;
    }
    token = answer.page?.nextToken ?? "";
  } while (token !== "");
  const problems: string[] = [];
  const held = BigInt(expected.held ?? 0);
  const left = expected.toppedUp - BigInt(expected.accepted) - held;
  if (balance < 0n) problems.push(`the balance is negative: ${balance}`);
  if (balance !== amounts) problems.push(`the balance is ${balance}, and the ledger sums up to ${amounts}`);
  if (reserved !== reservations)
    problems.push(`reserved is ${reserved}, and the ledger sums up to ${reservations}`);
  if (reserved !== held) problems.push(`${reserved} credits are reserved, and ${held} deliveries are held`);
  if (balance !== left)
    problems.push(
      `the balance is ${balance}; of ${expected.toppedUp} credits ${expected.accepted} were spent, which leaves ${left}`,
    );
  return { balance, reserved, entries, problems };
}
