import type { MessageInitShape } from "@bufbuild/protobuf";
import type { TemplateSchema } from "#gen/fanfare/api/v1/template_pb.js";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { readTemplate } from "#core/adapters/postgres/templates/read-template.ts";
import { notFound } from "../../rpc/fail.ts";
import { templateMessage } from "./template-message.ts";

/** The version that was asked for or just saved; 0 is the newest. Throws NotFound. */
export async function savedTemplate(
  tx: Tx,
  agencyId: string,
  id: string,
  version: number,
): Promise<MessageInitShape<typeof TemplateSchema>> {
  const row = await readTemplate(tx, agencyId, id, version);
  if (row === undefined) {
    throw version === 0
      ? notFound("template", id, "template_id")
      : notFound("template version", `${version} of ${id}`, "version");
  }
  return templateMessage(row);
}
