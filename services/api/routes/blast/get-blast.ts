import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { readBlast } from "#core/adapters/postgres/blasts-read/read-blast.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { blastMessage } from "./blast-message.ts";

/** One blast with its balance sheet. */
export const getBlast =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["getBlast"] =>
  async ({ blastId }, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const row = await deps.database.withAgency(
      agencyId,
      (tx) => readBlast(tx, agencyId, blastId),
      "one statement",
    );
    if (row === undefined) throw notFound("blast", blastId, "blast_id");
    return { blast: blastMessage(row) };
  };
