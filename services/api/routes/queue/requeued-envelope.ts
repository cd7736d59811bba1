import type { Requeueable } from "#core/adapters/postgres/dead-letters/requeue.ts";
import type { Envelope } from "#core/runtime/envelope.ts";

const idHeader = "Nats-Msg-Id";
const mark = ":requeued:";

/**
 * The message as it was, under an id that the broker has not seen: it would drop the old one. The id is the same however often this dead
 * letter is published, so a crash between publishing and noting it makes noise at most.
 */
export function requeuedEnvelope(letter: Requeueable): Envelope {
  const headers: Record<string, string> = {};
  let messageId = "";
  for (const [name, value] of Object.entries(letter.headers)) {
    // What the broker added, or was told about the first publishing, does not hold for the second.
    if (!/^Nats-/i.test(name)) headers[name] = value;
    else if (name.toLowerCase() === idHeader.toLowerCase()) messageId = value;
  }
  // Requeued before: the mark is replaced, so that ids do not grow.
  headers[idHeader] = `${messageId.split(mark, 1)[0]}${mark}${letter.id}`;
  return { subject: letter.subject, headers, body: letter.body };
}
