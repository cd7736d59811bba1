import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { QueueService, RequeueDeadLettersRequest } from "#gen/fanfare/api/v1/queue_pb.js";
import {
  markRequeued,
  takeDeadLetters,
  unknownDeadLetters,
} from "#core/adapters/postgres/dead-letters/requeue.ts";
import type { ApiDeps } from "../../deps.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { askBroker } from "./ask-broker.ts";
import { deadLetterFilter, deadLetterScope } from "./dead-letter-scope.ts";
import { requeuedEnvelope } from "./requeued-envelope.ts";

// One atomic batch of the broker.
const pageSize = 1000;
// Bodies held in memory at once.
const pageBytes = 16 * 1024 * 1024;
// 100,000 a call end well within its deadline; whoever has more calls again.
const maxPages = 100;

/**
 * Publishes dead letters again, then notes it, page by page. A crash in between publishes a page twice, which claims absorb. What was
 * requeued before is left out, so the call may be repeated.
 */
export const requeueDeadLetters =
  ({ database, publisher }: ApiDeps): ServiceImpl<typeof QueueService>["requeueDeadLetters"] =>
  async (request, context) => {
    const scope = deadLetterScope(database, context);
    const filter = deadLetterFilter(request);
    refuseNothing(request);
    const ids = request.ids.length === 0 ? undefined : request.ids;
    if (ids !== undefined) {
      const [unknown] = await scope((tx) => unknownDeadLetters(tx, ids));
      if (unknown !== undefined) throw notFound("dead letter", unknown, "ids");
    }
    let requeued = 0;
    for (let page = 0; page < maxPages && !context.signal.aborted; page += 1) {
      const count = await scope(async (tx) => {
        const letters = await takeDeadLetters(tx, { ...filter, ids, limit: pageSize, maxBytes: pageBytes });
        if (letters.length === 0) return 0;
        await askBroker(() => publisher.publishAll(letters.map(requeuedEnvelope)));
        await markRequeued(
          tx,
          letters.map((letter) => letter.id),
        );
        return letters.length;
      });
      if (count === 0) break;
      requeued += count;
    }
    return { requeued };
  };

function refuseNothing(request: RequeueDeadLettersRequest): void {
  if (request.ids.length > 0 || request.queue !== "" || request.reason !== "" || request.all) return;
  throw fail(Code.InvalidArgument, {
    reason: "nothing_selected",
    message: "The call names no dead letters.",
    field: "ids",
    hint: "Give ids, a queue or a reason, or set all to true.",
  });
}
