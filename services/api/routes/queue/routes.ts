import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { getAgencyLimits } from "./get-agency-limits.ts";
import { getDeadLetter } from "./get-dead-letter.ts";
import { listDeadLetters } from "./list-dead-letters.ts";
import { listDoubts } from "./list-doubts.ts";
import { listProviderHealth } from "./list-provider-health.ts";
import { listQueues } from "./list-queues.ts";
import { pauseQueue } from "./pause-queue.ts";
import { requeueDeadLetters } from "./requeue-dead-letters.ts";
import { resumeQueue } from "./resume-queue.ts";
import { setAgencyLimits } from "./set-agency-limits.ts";
import { setQueueLimit } from "./set-queue-limit.ts";

/** All RPCs of QueueService. */
export const queueRoutes = (deps: ApiDeps): ServiceImpl<typeof QueueService> => ({
  listQueues: listQueues(deps),
  pauseQueue: pauseQueue(deps),
  resumeQueue: resumeQueue(deps),
  setQueueLimit: setQueueLimit(deps),
  getAgencyLimits: getAgencyLimits(deps),
  setAgencyLimits: setAgencyLimits(deps),
  listDeadLetters: listDeadLetters(deps),
  getDeadLetter: getDeadLetter(deps),
  requeueDeadLetters: requeueDeadLetters(deps),
  listDoubts: listDoubts(deps),
  listProviderHealth: listProviderHealth(deps),
});
