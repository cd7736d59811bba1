import { createHmac, timingSafeEqual } from "node:crypto";

/** Whom an unsubscribe link belongs to. */
export interface Unsubscriber {
  agencyId: string;
  customerId: string;
}

// 128 bits cannot be guessed, and keep the link short enough for one line of a mail.
const signatureBytes = 16;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The path of a customer's unsubscribe link, below the API's public URL. It needs no session and no row: the signature is the
 * permission. It never expires, because CASL wants it to work for 60 days and people keep mail for years.
 */
export function unsubscribePath(who: Unsubscriber, secret: string): string {
  return `/unsubscribe/${who.agencyId}/${who.customerId}/${sign(who, secret).toString("base64url")}`;
}

/** Reads a path made by `unsubscribePath`; undefined when it is none, or when its signature is not ours. */
export function readUnsubscribePath(path: string, secret: string): Unsubscriber | undefined {
  const [, word, agencyId = "", customerId = "", signature = "", more] = path.split("/");
  if (word !== "unsubscribe" || more !== undefined || !uuid.test(agencyId) || !uuid.test(customerId))
    return undefined;
  const given = Buffer.from(signature, "base64url");
  const expected = sign({ agencyId, customerId }, secret);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return { agencyId, customerId };
}

function sign({ agencyId, customerId }: Unsubscriber, secret: string): Buffer {
  return createHmac("sha256", secret)
    .update(`unsubscribe:${agencyId}:${customerId}`)
    .digest()
    .subarray(0, signatureBytes);
}
