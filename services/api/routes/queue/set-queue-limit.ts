import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { askBroker } from "./ask-broker.ts";
import { queueMessage } from "./queue-message.ts";

/** Messages of one lane in flight at once, over all workers in all languages, from now on. */
export const setQueueLimit =
  ({ queueAdmin }: ApiDeps): ServiceImpl<typeof QueueService>["setQueueLimit"] =>
  async ({ queue, lane, maxAckPending }, context) => {
    requireOperator(context);
    const status = await askBroker(() => queueAdmin.setLimit(queue, lane, maxAckPending));
    return { queue: queueMessage(status) };
  };
