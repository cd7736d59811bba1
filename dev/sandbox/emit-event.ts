import type { EventDetail, EventName } from "./event-log.ts";
import { eventId } from "./event-view.ts";
import { json, type Answer } from "./http.ts";
import type { World } from "./world.ts";

type Emission = {
  seq?: number;
  rid?: string;
  messageId?: string;
  recipient?: string;
  event?: string;
} & EventDetail;

/** What can be made to happen, by the names that people use and by those that Mailgun uses. */
const EMITTABLE: Record<string, EventName> = {
  open: "opened",
  opened: "opened",
  click: "clicked",
  clicked: "clicked",
  complaint: "complained",
  complained: "complained",
  unsubscribe: "unsubscribed",
  unsubscribed: "unsubscribed",
  bounce: "failed",
  failed: "failed",
  delivered: "delivered",
};

/** `POST /_sandbox/emit`: makes something happen to a mail that was accepted. */
export function emitEvent(world: World, value: unknown): Answer {
  const emission = (value ?? {}) as Emission;
  const name = EMITTABLE[emission.event ?? ""];
  if (name === undefined) {
    return json(400, {
      message: `no such event: ${String(emission.event)}; there are ${Object.keys(EMITTABLE).join(", ")}`,
    });
  }
  const seq = findMail(world, emission);
  if (seq === null)
    return json(404, { message: "no such mail; name it by seq, by rid, or by messageId and recipient" });
  const { severity, reason, code, message, url } = emission;
  const detail: EventDetail = {
    ...(name === "failed" && {
      severity: severity ?? "permanent",
      reason: reason ?? "bounce",
      code: code ?? 550,
      message: message ?? "",
    }),
    ...(url !== undefined && { url }),
  };
  const index = world.delivery.happen(seq, name, detail);
  return json(200, { id: eventId(world, index), event: name, seq });
}

function findMail(world: World, { seq, rid, messageId, recipient }: Emission): number | null {
  if (seq !== undefined) return Number.isInteger(seq) && seq >= 1 && seq <= world.store.count ? seq : null;
  if (rid !== undefined) return world.store.seqsByRid(rid).at(-1) ?? null;
  if (messageId === undefined) return null;
  for (const call of world.store.callByMessageId(messageId.replace(/^<|>$/g, ""))) {
    for (let nth = 0; nth < call.count; nth++) {
      const candidate = call.firstSeq + nth;
      if (recipient === undefined || world.store.recipient(candidate) === recipient) return candidate;
    }
  }
  return null;
}
