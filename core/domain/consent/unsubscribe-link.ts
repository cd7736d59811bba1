import { createHmac, timingSafeEqual } from "node:crypto";
import { blockBytes, cmacOfBlocks } from "./cmac.ts";

/** Whom an unsubscribe link belongs to. */
export interface Unsubscriber {
  agencyId: string;
  customerId: string;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The paths of unsubscribe links of an agency's customers, below the API's public URL, in their order. They need no session and no row: the
 * signature is the permission. They never expire, because CASL wants them to work for 60 days and people keep mail for years.
 */
export function unsubscribePaths(agencyId: string, customerIds: readonly string[], secret: string): string[] {
  const signatures = sign(agencyId, customerIds, secret);
  return customerIds.map(
    (customerId, index) =>
      `/unsubscribe/${agencyId}/${customerId}/${signatures.toString("base64url", index * blockBytes, (index + 1) * blockBytes)}`,
  );
}

/** The path of one customer's link. */
export function unsubscribePath({ agencyId, customerId }: Unsubscriber, secret: string): string {
  return unsubscribePaths(agencyId, [customerId], secret)[0]!;
}

/** Reads a path made by `unsubscribePaths`; undefined when it is none, or when its signature is not ours. */
export function readUnsubscribePath(path: string, secret: string): Unsubscriber | undefined {
  const [, word, agencyId = "", customerId = "", signature = "", more] = path.split("/");
  if (word !== "unsubscribe" || more !== undefined || !uuid.test(agencyId) || !uuid.test(customerId))
    return undefined;
  const given = Buffer.from(signature, "base64url");
  const expected = sign(agencyId, [customerId], secret);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return { agencyId, customerId };
}

/**
 * 128 bits for each customer, which cannot be guessed and keep the link short enough for one line of a mail. A UUID is a block, and an agency has
 * a key of its own.
 */
function sign(agencyId: string, customerIds: readonly string[], secret: string): Buffer {
  const ids = Buffer.from(customerIds.join("").replaceAll("-", ""), "hex");
  if (ids.length !== customerIds.length * blockBytes)
    throw new TypeError(`Not all of ${customerIds.length} customers' ids are UUIDs.`);
  return cmacOfBlocks(createHmac("sha256", secret).update(`unsubscribe:${agencyId}`).digest(), ids);
}
