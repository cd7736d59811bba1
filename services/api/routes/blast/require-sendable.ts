import { Code } from "@connectrpc/connect";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { fail, notFound } from "../../rpc/fail.ts";

/** Throws FailedPrecondition when the agency may not send, or has nothing to pay with. list-sender asks again before anything leaves. */
export async function requireSendable(tx: Tx, agencyId: string): Promise<void> {
  const agency = await tx
    .selectFrom("agencies")
    .innerJoin("credits", "credits.agency_id", "agencies.id")
    .select(["agencies.standing", "agencies.standing_reason", "credits.balance"])
    .where("agencies.id", "=", agencyId)
    .executeTakeFirst();
  if (agency === undefined) throw notFound("agency", agencyId, "fanfare-agency");
  if (agency.standing !== "good") {
    throw fail(Code.FailedPrecondition, {
      reason: "agency_suspended",
      message: `The agency is suspended${agency.standing_reason === "" ? "" : `: ${agency.standing_reason}`}.`,
      hint: "Ask the operator of the platform.",
    });
  }
  if (agency.balance <= 0) throw insufficientCredit(agency.balance);
}

/** There is not enough credit. */
export function insufficientCredit(balance: number): Error {
  return fail(Code.FailedPrecondition, {
    reason: "insufficient_credit",
    message: `The balance is ${balance} credits; each customer costs one.`,
    hint: "Ask the operator of the platform for a top-up; GetCredits shows the balance.",
  });
}
