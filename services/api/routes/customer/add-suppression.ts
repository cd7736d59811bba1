import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { suppress } from "#core/adapters/postgres/suppressions/suppress.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { suppressionReasonOf, textOf } from "../../rpc/enums.ts";
import { readAddress } from "./customer-message.ts";
import { waitForSends } from "./wait-for-sends.ts";

/** From the answer on, no mail to the address leaves, but for one that is at the provider for longer than 25 s. */
export const addSuppression =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["addSuppression"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "sender");
    const { key } = readAddress(request.email, "email");
    // The contract lets only defined reasons through.
    const reason = textOf(suppressionReasonOf, request.reason)!;
    const suppressions = [{ addressKey: key, reason }];
    await deps.database.withAgency(agencyId, (tx) =>
      suppress(tx, { agencyId, suppressions, source: "api", announcedBy: "api" }),
    );
    await waitForSends(deps, agencyId, key, context.signal);
    return {};
  };
