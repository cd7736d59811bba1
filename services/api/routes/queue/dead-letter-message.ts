import { createRegistry, fromBinary, type MessageInitShape, toJsonString } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { DeadLetterSchema } from "#gen/fanfare/api/v1/queue_pb.js";
import type { DeadLetterRecord } from "#core/adapters/postgres/dead-letters/dead-letter-record.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";

const contracts = createRegistry(...allWorkContracts, ...allEventContracts);

/** A dead letter as callers see it; `bodies` says how much of its body is shown. */
export function deadLetterMessage(
  row: DeadLetterRecord,
  bodies: "all" | "json" | "none",
): MessageInitShape<typeof DeadLetterSchema> {
  return {
    id: row.id,
    agencyId: row.agency_id ?? "",
    stream: row.stream,
    subject: row.subject,
    messageType: row.message_type,
    reason: row.reason,
    detail: row.detail,
    bodyJson: bodies === "none" || row.body === null ? "" : bodyJson(row.message_type, row.body),
    body: bodies === "all" && row.body !== null ? row.body : new Uint8Array(),
    headers: row.headers,
    deliveries: row.deliveries,
    failures: row.failures,
    at: timestampFromDate(row.at),
    ...(row.requeued_at === null ? {} : { requeuedAt: timestampFromDate(row.requeued_at) }),
  };
}

/** The body as JSON: decoded by its type, or as it is when it is JSON, right or wrong; empty when it is neither. */
export function bodyJson(messageType: string, body: Uint8Array): string {
  const asText = jsonText(body);
  if (asText !== undefined) return asText;
  const desc = contracts.getMessage(messageType);
  if (desc === undefined) return "";
  try {
    return toJsonString(desc, fromBinary(desc, body), { registry: contracts });
  } catch {
    return "";
  }
}

function jsonText(body: Uint8Array): string | undefined {
  // No protobuf of ours begins with a brace: it would be field 15 with a wire type that is not used.
  if (body[0] !== 0x7b) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
