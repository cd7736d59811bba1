import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { askBroker } from "./ask-broker.ts";
import { queueMessage } from "./queue-message.ts";

/** Workers in any language stop getting messages of the queue, or of one lane. Nothing is lost. */
export const pauseQueue =
  ({ queueAdmin }: ApiDeps): ServiceImpl<typeof QueueService>["pauseQueue"] =>
  async ({ queue, lane }, context) => {
    requireOperator(context);
    // LANE_UNSPECIFIED is 0.
    const queues = await askBroker(() => (lane ? queueAdmin.pause(queue, lane) : queueAdmin.pause(queue)));
    return { queues: queues.map(queueMessage) };
  };
