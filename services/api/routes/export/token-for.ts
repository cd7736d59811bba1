import { Code } from "@connectrpc/connect";
import type { ExportRecord } from "#core/adapters/postgres/exports/export-record.ts";
import type { ExportTokens } from "../../auth/export-token.ts";
import { fail } from "../../rpc/fail.ts";

/** A token for the lists that an export reads. */
export function tokenFor(
  tokens: ExportTokens,
  row: Pick<ExportRecord, "id" | "agency_id" | "user_id">,
): string {
  return tokens.mint({ agencyId: row.agency_id, exportId: row.id, userId: row.user_id ?? "" });
}

/** What an exporter hears that is not the one in charge any more. */
export function takenOver(exportId: string, attempt: number): Error {
  return fail(Code.FailedPrecondition, {
    reason: "taken_over",
    message: `Attempt ${attempt} of export ${exportId} is not the one in charge (any more).`,
    field: "attempt",
    hint: "Stop writing; another exporter has it, or it has ended.",
  });
}
