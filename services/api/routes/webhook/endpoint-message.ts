import { Code } from "@connectrpc/connect";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  WebhookMessageState,
  type WebhookEndpointSchema,
  type WebhookMessageSchema,
} from "#gen/fanfare/api/v1/webhook_pb.js";
import type { EndpointRecord, EndpointSettings } from "#core/adapters/postgres/webhooks/endpoints.ts";
import type { MessageRecord, MessageStateText } from "#core/adapters/postgres/webhooks/messages.ts";
import { urlProblem } from "#core/adapters/webhooks/check-url.ts";
import type { ApiConfig } from "../../config.ts";
import { fail } from "../../rpc/fail.ts";

export const messageStateOf: Record<MessageStateText, WebhookMessageState> = {
  pending: WebhookMessageState.PENDING,
  delivered: WebhookMessageState.DELIVERED,
  failed: WebhookMessageState.FAILED,
};

export function endpointMessage(row: EndpointRecord): MessageInitShape<typeof WebhookEndpointSchema> {
  const { id, url, description, types, enabled, waiting } = row;
  return {
    id,
    url,
    description,
    types,
    enabled,
    waiting,
    disabledReason: row.disabled_reason,
    createdAt: timestampFromDate(row.created_at),
    ...(row.failing_since === null ? {} : { failingSince: timestampFromDate(row.failing_since) }),
  };
}

export function messageMessage(row: MessageRecord): MessageInitShape<typeof WebhookMessageSchema> {
  return {
    id: row.id,
    type: row.type,
    state: messageStateOf[row.state],
    createdAt: timestampFromDate(row.created_at),
    ...(row.state === "pending" ? { nextTryAt: timestampFromDate(row.next_at) } : {}),
    attempts: row.attempts.map(({ number, at, status, error, response, took_ms: tookMs }) => ({
      number,
      at: timestampFromDate(new Date(at)),
      status,
      error,
      response,
      tookMs,
    })),
  };
}

/** What a request says of an end point. Throws InvalidArgument for an address that nothing may be sent to. */
export function readSettings(
  { url, description, types }: EndpointSettings,
  { webhooksAllowPrivate = false }: ApiConfig,
): EndpointSettings {
  const problem = urlProblem(url, webhooksAllowPrivate);
  if (problem === undefined) return { url: new URL(url).href, description: description.trim(), types };
  throw fail(Code.InvalidArgument, {
    reason: "invalid_endpoint_url",
    message: `The address of the end point ${problem}.`,
    field: "url",
    hint: "Give an https address that everybody on the internet can reach, for example https://example.com/hooks.",
  });
}
