import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { addressKeyOf } from "#core/adapters/postgres/suppressions/address-key-of.ts";
import { suppress } from "#core/adapters/postgres/suppressions/suppress.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { waitForSends } from "./wait-for-sends.ts";

/**
 * From the answer on, no mail to the customer's address leaves. The suppression commits behind the agency's closed gate, so later
 * claims see it; mails that were claimed before are waited for, and those still under way at the bound are named.
 */
export const optOut =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["optOut"] =>
  async ({ customerId, source }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const addressKey = await deps.database.withAgency(agencyId, async (tx) => {
      const key = await addressKeyOf(tx, agencyId, customerId);
      if (key === undefined) throw notFound("customer", customerId, "customer_id");
      const suppressions = [{ addressKey: key, reason: "opted_out" as const }];
      await suppress(tx, { agencyId, suppressions, source: source || "api", announcedBy: "api" });
      return key;
    });
    return { onTheirWay: await waitForSends(deps, agencyId, addressKey, context.signal) };
  };
