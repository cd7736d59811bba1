import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { DeadLettered } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import type { Tx } from "../database.ts";

/** Writes dead letters as they come from the stream; one that is known already stays as it is. Runs as system. */
export async function storeDeadLetters(tx: Tx, letters: readonly DeadLettered[]): Promise<void> {
  if (letters.length === 0) return;
  await tx
    .insertInto("dead_letters")
    .values(
      letters.map((letter) => ({
        id: letter.id,
        agency_id: isUuid(letter.agencyId) ? letter.agencyId : null,
        stream: letter.stream,
        subject: letter.subject,
        durable: letter.durable,
        message_type: letter.messageType,
        // A body or header with a zero character is somebody's garbage; PostgreSQL's text does not take it.
        reason: withoutZero(letter.reason),
        detail: withoutZero(letter.detail),
        headers: withoutZero(JSON.stringify(letter.headers).replaceAll("\\u0000", "")),
        body: letter.body,
        deliveries: letter.deliveries,
        failures: letter.failures,
        worker: letter.worker,
        at: letter.deadLetteredAt === undefined ? new Date() : timestampDate(letter.deadLetteredAt),
        requeued_at: null,
      })),
    )
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function withoutZero(text: string): string {
  return text.replaceAll("\0", "");
}
