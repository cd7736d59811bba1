import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { QueueService, RequeueDeadLettersRequest } from "#gen/fanfare/api/v1/queue_pb.js";
import {
  countDeadLetters,
  markRequeued,
  takeDeadLetters,
  unknownDeadLetters,
} from "#core/adapters/postgres/dead-letters/requeue.ts";
import type { ApiDeps } from "../../deps.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { askBroker } from "./ask-broker.ts";
import { createPace } from "./pace.ts";
import { deadLetterFilter, deadLetterScope } from "./dead-letter-scope.ts";
import { requeuedEnvelope } from "./requeued-envelope.ts";

// What was wrong may be wrong still, and the queues have other work: a flood of old messages must not stand before it.
const maxPerSecond = 500;
// Half a second's worth; one atomic batch of the broker.
const pageSize = 250;
// Bodies held in memory at once.
const pageBytes = 16 * 1024 * 1024;
// 10,000 a call take 20 s, which is well within its deadline; whoever has more calls again.
const maxPages = 40;

/**
 * Publishes dead letters again, then notes it, page by page, at a bounded rate over all calls. A crash in between publishes a page twice, which claims absorb. What was
 * requeued before is left out, so the call may be repeated.
 */
export const requeueDeadLetters = ({
  database,
  publisher,
}: ApiDeps): ServiceImpl<typeof QueueService>["requeueDeadLetters"] => {
  const pace = createPace(maxPerSecond);
  return async (request, context) => {
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
      // After the transaction, so that no row is locked while it waits.
      await pace.pass(count, context.signal);
    }
    return { requeued, remaining: await scope((tx) => countDeadLetters(tx, { ...filter, ids })) };
  };
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
