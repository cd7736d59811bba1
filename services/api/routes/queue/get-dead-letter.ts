import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { readDeadLetter } from "#core/adapters/postgres/dead-letters/read-dead-letter.ts";
import type { ApiDeps } from "../../deps.ts";
import { notFound } from "../../rpc/fail.ts";
import { deadLetterMessage } from "./dead-letter-message.ts";
import { deadLetterScope } from "./dead-letter-scope.ts";

/** One dead letter, whole. */
export const getDeadLetter =
  ({ database }: ApiDeps): ServiceImpl<typeof QueueService>["getDeadLetter"] =>
  async ({ id }, context) => {
    const row = await deadLetterScope(database, context)((tx) => readDeadLetter(tx, id));
    if (row === undefined) throw notFound("dead letter", id, "id");
    return { deadLetter: deadLetterMessage(row, "all") };
  };
