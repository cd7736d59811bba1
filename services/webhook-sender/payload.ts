import { fromBinary, toJson, type DescMessage, type JsonValue } from "@bufbuild/protobuf";
import { allEventContracts } from "#core/runtime/contracts.ts";
import type { ClaimedMessage } from "./deps.ts";

const contracts: ReadonlyMap<string, DescMessage> = new Map(
  allEventContracts.map((desc) => [desc.typeName, desc]),
);

// Receivers commonly refuse more, and no fact is near it.
const maxPayloadBytes = 256 * 1024;

/**
 * The body of a message: type, time, and the fact as the JSON mapping of its contract. The same message always has the same body, for the
 * signature covers it. Throws for a contract that this program does not know, and for what is too long.
 */
export function payloadOf(message: ClaimedMessage): string {
  const body = JSON.stringify({
    type: message.type,
    timestamp: message.occurred_at.toISOString(),
    data: dataOf(message),
  });
  if (Buffer.byteLength(body) > maxPayloadBytes)
    throw new RangeError(`The message would have more than ${maxPayloadBytes} bytes.`);
  return body;
}

function dataOf({ body, data, fact_type: typeName }: ClaimedMessage): JsonValue {
  if (body === null) return data as JsonValue;
  const desc = contracts.get(typeName);
  if (desc === undefined) throw new Error(`This program does not know ${typeName}; a newer one does.`);
  return toJson(desc, fromBinary(desc, body));
}
