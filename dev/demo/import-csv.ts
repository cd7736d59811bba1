import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ImportCustomersRequestSchema, ImportReport } from "#gen/fanfare/api/v1/customer_pb.js";
import type { Api } from "../../services/cli/connect/api.ts";

/** Small, so that a demo's file takes more than one message too. */
const CHUNK_BYTES = 64 * 1024;

/** Streams a CSV into an agency, onto one list. */
export async function importCsv(api: Api, csv: string, listName: string): Promise<ImportReport> {
  async function* parts(): AsyncGenerator<MessageInitShape<typeof ImportCustomersRequestSchema>> {
    yield { part: { case: "settings", value: { listName } } };
    const bytes = Buffer.from(csv);
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
      yield { part: { case: "chunk", value: bytes.subarray(at, at + CHUNK_BYTES) } };
  }
  const { report } = await api.customers.importCustomers(parts());
  if (report === undefined) throw new Error("ImportCustomers answered without its report");
  return report;
}
