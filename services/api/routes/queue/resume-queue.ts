import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { askBroker } from "./ask-broker.ts";
import { queueMessage } from "./queue-message.ts";

/** Workers get messages again. */
export const resumeQueue =
  ({ queueAdmin }: ApiDeps): ServiceImpl<typeof QueueService>["resumeQueue"] =>
  async ({ queue, lane }, context) => {
    requireOperator(context);
    // LANE_UNSPECIFIED is 0.
    const queues = await askBroker(() => (lane ? queueAdmin.resume(queue, lane) : queueAdmin.resume(queue)));
    return { queues: queues.map(queueMessage) };
  };
