import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { removeSuppression as deleteSuppression } from "#core/adapters/postgres/suppressions/remove-suppression.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { suppressionReasonOf, textOf } from "../../rpc/enums.ts";
import { fail } from "../../rpc/fail.ts";
import { readAddress } from "./customer-message.ts";

/** Takes one reason off an address. Only admins: mail to people who complained costs an agency its name. */
export const removeSuppression =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["removeSuppression"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "admin");
    const { address, key } = readAddress(request.email, "email");
    const reason = textOf(suppressionReasonOf, request.reason)!;
    const known = await deps.database.withAgency(agencyId, (tx) =>
      deleteSuppression(tx, agencyId, key, reason),
    );
    if (!known) {
      throw fail(Code.NotFound, {
        reason: "unknown_suppression",
        message: `${address} is not suppressed as ${reason}.`,
        field: "email",
        hint: "ListSuppressions shows the addresses and their reasons.",
      });
    }
    return {};
  };
