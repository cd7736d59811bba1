import type { Tx } from "../database.ts";
import { logActivities } from "./log-activities.ts";
import { removeSuppression } from "./remove-suppression.ts";

/** Takes back the opt-out of a customer's address and notes it; other suppressions stay. Answers false when there was none. */
export async function optIn(
  tx: Tx,
  agencyId: string,
  customer: { id: string; addressKey: string },
  source: string,
): Promise<boolean> {
  const removed = await removeSuppression(tx, agencyId, customer.addressKey, "opted_out");
  if (removed) {
    await logActivities(tx, agencyId, [
      { customerId: customer.id, kind: "customer.opted_in", data: { source } },
    ]);
  }
  return removed;
}
