import type { ServiceImpl } from "@connectrpc/connect";
import { type AgencyService, TopUpCreditsRequestSchema } from "#gen/fanfare/api/v1/agency_pb.js";
import { readCredits } from "#core/adapters/postgres/credits-admin/read-credits.ts";
import { topUp } from "#core/adapters/postgres/credits-admin/top-up.ts";
import { once } from "#core/adapters/postgres/idempotency/remember.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator, requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { hashOf } from "../../rpc/request-hash.ts";

/** Adds credits once for each idempotency key; a repeated call answers the balance as it is now. */
export const topUpCredits =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["topUpCredits"] =>
  async (request, context) => {
    requireOperator(context);
    const { agencyId } = requireRole(context, "admin");
    const unknown = () => notFound("agency", agencyId, "fanfare-agency");
    const key = {
      agencyId,
      scope: "top_up_credits",
      key: request.idempotencyKey,
      requestHash: hashOf(TopUpCreditsRequestSchema, request),
    };
    return database.withAgency(agencyId, async (tx) => {
      const { replayed } = await once(tx, key, async () => {
        const entry = await topUp(tx, agencyId, Number(request.amount), request.note.trim());
        if (entry === undefined) throw unknown();
        return entry.entryId;
      });
      const credits = await readCredits(tx, agencyId);
      if (credits === undefined) throw unknown();
      return { balance: BigInt(credits.balance), replayed };
    });
  };
