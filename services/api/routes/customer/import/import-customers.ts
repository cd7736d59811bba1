import { Code, type ServiceImpl } from "@connectrpc/connect";
import type {
  CustomerService,
  ImportCustomersRequest,
  ImportSettings,
} from "#gen/fanfare/api/v1/customer_pb.js";
import type { ApiDeps } from "../../../deps.ts";
import { requireRole } from "../../../rpc/caller.ts";
import { fail } from "../../../rpc/fail.ts";
import { runImport, type Settings } from "./run-import.ts";

const defaults: Settings = { listName: "", mapping: {}, encoding: "", dryRun: false };

/** Imports a CSV file that comes in chunks; the first message may hold the settings. */
export const importCustomers =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["importCustomers"] =>
  async (requests, context) => {
    const { agencyId } = requireRole(context, "sender");
    const messages = requests[Symbol.asyncIterator]();
    const first = await messages.next();
    const part = first.done === true ? undefined : first.value.part;
    const settings: ImportSettings | Settings = part?.case === "settings" ? part.value : defaults;
    const chunks = chunksOf(part?.case === "chunk" ? part.value : undefined, messages);
    return { report: await runImport(deps.database, agencyId, settings, chunks) };
  };

/** The same for clients that cannot stream. */
export const importCustomersUnary =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["importCustomersUnary"] =>
  async ({ settings, csv }, context) => {
    const { agencyId } = requireRole(context, "sender");
    return { report: await runImport(deps.database, agencyId, settings ?? defaults, chunksOf(csv)) };
  };

async function* chunksOf(
  first: Uint8Array | undefined,
  rest?: AsyncIterator<ImportCustomersRequest>,
): AsyncGenerator<Uint8Array> {
  if (first !== undefined) yield first;
  if (rest === undefined) return;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    const { part } = next.value;
    if (part.case === "settings") {
      throw fail(Code.InvalidArgument, {
        reason: "settings_not_first",
        message: "Settings came after a chunk of the file.",
        field: "settings",
        hint: "Send the settings once, as the first message.",
      });
    }
    if (part.value !== undefined) yield part.value;
  }
}
