import { randomBytes } from "node:crypto";

/**
 * An id as uuid_v7() makes them (RFC 9562), for a row whose id must be known before it is written. Its time is only an order among blasts and
 * the month of their deliveries: a clock that is off by minutes shows them out of turn, and harms nothing.
 */
export function newId(timeMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(timeMs, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
