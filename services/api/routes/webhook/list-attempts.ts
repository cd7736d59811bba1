import type { ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { readEndpoint } from "#core/adapters/postgres/webhooks/endpoints.ts";
import { listMessages } from "#core/adapters/postgres/webhooks/messages.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { textOf } from "../../rpc/enums.ts";
import { notFound } from "../../rpc/fail.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { messageMessage, messageStateOf } from "./endpoint-message.ts";

/** A page of an end point's messages with their tries, newest first. */
export const listAttempts =
  ({ database }: ApiDeps): ServiceImpl<typeof WebhookService>["listAttempts"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "admin");
    const { endpointId } = request;
    const { size, after } = readPage(request.page);
    const state = textOf(messageStateOf, request.state);
    const found = await database.withAgency(agencyId, async (tx) => {
      if ((await readEndpoint(tx, agencyId, endpointId)) === undefined)
        throw notFound("end point", endpointId, "endpoint_id");
      return listMessages(tx, { agencyId, endpointId, state, beforeId: after, limit: size + 1 });
    });
    const { rows, page } = makePage(found, size, (row) => row.id);
    return { messages: rows.map(messageMessage), page };
  };
