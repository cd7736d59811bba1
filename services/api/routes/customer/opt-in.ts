import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { addressKeyOf } from "#core/adapters/postgres/suppressions/address-key-of.ts";
import { optIn as takeBackOptOut } from "#core/adapters/postgres/suppressions/opt-in.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** The customer wants mail again. Bounces and complaints stay: they say something else. */
export const optIn =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["optIn"] =>
  async ({ customerId, source }, context) => {
    const { agencyId } = requireRole(context, "sender");
    await deps.database.withAgency(agencyId, async (tx) => {
      const addressKey = await addressKeyOf(tx, agencyId, customerId);
      if (addressKey === undefined) throw notFound("customer", customerId, "customer_id");
      await takeBackOptOut(tx, agencyId, { id: customerId, addressKey }, source || "api");
    });
    return {};
  };
