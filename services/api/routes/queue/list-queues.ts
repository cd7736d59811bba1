import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { askBroker } from "./ask-broker.ts";
import { queueMessage } from "./queue-message.ts";

/** Every lane of every queue, as the broker sees it now. */
export const listQueues =
  ({ queueAdmin }: ApiDeps): ServiceImpl<typeof QueueService>["listQueues"] =>
  async (_request, context) => {
    requireOperator(context);
    const queues = await askBroker(() => queueAdmin.list());
    return { queues: queues.map(queueMessage) };
  };
