import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { ExportService } from "#gen/fanfare/api/v1/export_pb.js";
import { readExport } from "#core/adapters/postgres/exports/read-export.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";

/** The bytes of a completed export. It takes the role that may ask for one: a file holds all at once what lists show by the page. */
export const downloadExport = ({
  database,
  exportFiles,
}: ApiDeps): ServiceImpl<typeof ExportService>["downloadExport"] =>
  async function* ({ exportId, offset }, context) {
    const { agencyId } = requireRole(context, "sender");
    const row = await database.withAgency(agencyId, (tx) => readExport(tx, agencyId, exportId));
    if (row === undefined) throw notFound("export", exportId, "export_id");
    if (row.state !== "completed") {
      throw fail(Code.FailedPrecondition, {
        reason: "export_not_completed",
        message: `The export ${exportId} is ${row.state}.`,
        field: "export_id",
        hint: "GetExport says how far it is.",
      });
    }
    if (exportFiles === undefined) {
      throw fail(Code.FailedPrecondition, {
        reason: "export_store_elsewhere",
        message: "The API cannot read the store that exports are in.",
        hint: `Take the file ${row.file} from the store itself.`,
      });
    }
    const pieces = await exportFiles.read(row.file, Number(offset));
    if (pieces === undefined) {
      throw fail(Code.NotFound, {
        reason: "export_expired",
        message: `The file of export ${exportId} is gone; files are kept for a week.`,
        field: "export_id",
        hint: "Ask for a new export.",
      });
    }
    for await (const chunk of pieces) yield { chunk };
  };
