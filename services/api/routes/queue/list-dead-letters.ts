import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { listDeadLetters as list } from "#core/adapters/postgres/dead-letters/list-dead-letters.ts";
import type { ApiDeps } from "../../deps.ts";
import { joinCursor, makePage, readPage, splitCursor } from "../../rpc/page.ts";
import { deadLetterMessage } from "./dead-letter-message.ts";
import { deadLetterFilter, deadLetterScope } from "./dead-letter-scope.ts";

// A task is ids and a few words. What is larger is shown by GetDeadLetter, or 1,000 of them would make an answer of a gigabyte.
const maxBodyBytes = 16 * 1024;
// All bodies of one page together; those behind are shown by GetDeadLetter.
const maxPageBodyBytes = 4 * 1024 * 1024;

/** Dead letters, newest first, with their bodies in JSON where these are small. */
export const listDeadLetters =
  ({ database }: ApiDeps): ServiceImpl<typeof QueueService>["listDeadLetters"] =>
  async (request, context) => {
    const scope = deadLetterScope(database, context);
    const filter = deadLetterFilter(request);
    const { size, after } = readPage(request.page, (cursor) => readCursor(cursor) !== undefined);
    const found = await scope((tx) =>
      list(tx, {
        ...filter,
        includeRequeued: request.includeRequeued,
        after: after === undefined ? undefined : readCursor(after),
        limit: size + 1,
        maxBodyBytes,
      }),
    );
    const { rows, page } = makePage(found, size, (row) => joinCursor([row.at_us, row.id]));
    let bytes = 0;
    const deadLetters = rows.map((row) => {
      bytes += row.body?.length ?? 0;
      return deadLetterMessage(row, bytes <= maxPageBodyBytes ? "json" : "none");
    });
    return { deadLetters, page };
  };

function readCursor(cursor: string): { atUs: number; id: string } | undefined {
  const [atUs, id] = splitCursor(cursor, 2) ?? [];
  return Number.isSafeInteger(atUs) && typeof id === "string" ? { atUs: atUs as number, id } : undefined;
}
