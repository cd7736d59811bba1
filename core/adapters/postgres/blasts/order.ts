import type { Tx } from "../database.ts";
import { once, requestHash } from "../idempotency/remember.ts";
import { acceptBlast, UnknownReferenceError, type NewBlast } from "./accept.ts";
import { acceptDirectSend, type NewDirectSend } from "./accept-direct.ts";
import { unknownCustomers } from "../audience/preview.ts";

export interface Ordered {
  blastId: string;
  /** The key was known and this is what it stood for; nothing was written. */
  replayed: boolean;
}

/**
 * Accepts a blast under its idempotency key. api and list-sender share it, so that an order has one meaning whichever way it came.
 * Throws `KeyReusedError` and `UnknownReferenceError`; then nothing was written.
 */
export async function orderBlast(tx: Tx, key: string, blast: NewBlast): Promise<Ordered> {
  const hash = orderHash(blast);
  const { result, replayed } = await once(
    tx,
    { agencyId: blast.agencyId, scope: "send_blast", key, requestHash: hash },
    async () => {
      // Of a schedule's customers some may have been deleted since; that is no reason to leave out the others.
      const named = blast.occurrence === undefined ? (blast.audience.customers?.ids ?? []) : [];
      const unknown = await unknownCustomers(tx, blast.agencyId, named);
      if (unknown.length > 0) throw new UnknownReferenceError("customers", unknown);
      return acceptBlast(tx, blast);
    },
  );
  return { blastId: result, replayed };
}

/** What makes an order what it is; the same key with another one is refused. */
export function orderHash(blast: NewBlast): Buffer {
  return requestHash(
    JSON.stringify([
      blast.name,
      blast.lane,
      blast.templateId,
      blast.templateVersion,
      blast.customMessage,
      blast.doubtPolicy,
    ]),
    JSON.stringify(blast.audience),
  );
}

/** The same for a direct send. The lane is not part of what the key stands for: the same mail twice would be the harm. */
export async function orderDirectSend(tx: Tx, key: string, send: NewDirectSend): Promise<Ordered> {
  const hash = directSendHash(send);
  const { result, replayed } = await once(
    tx,
    { agencyId: send.agencyId, scope: "send_to_customer", key, requestHash: hash },
    () => acceptDirectSend(tx, send),
  );
  return { blastId: result, replayed };
}

/** What makes a direct send what it is. */
export function directSendHash(send: NewDirectSend): Buffer {
  return requestHash(
    JSON.stringify([send.customerId, send.templateId, send.templateVersion, send.customMessage]),
  );
}
