import { createHmac, randomBytes } from "node:crypto";

// Standard Webhooks ask for 24 to 64 bytes.
const secretBytes = 32;
const prefix = "whsec_";

/** A new secret. */
export function newSecret(): Buffer {
  return randomBytes(secretBytes);
}

/** A secret as receivers' libraries take it. */
export function secretText(secret: Uint8Array): string {
  return `${prefix}${Buffer.from(secret).toString("base64")}`;
}

/**
 * Headers of one try by https://github.com/standard-webhooks/standard-webhooks: the signature covers id, time and body. `timeMs` is the time
 * of the try, which receivers hold against their clock. With several secrets there is a signature of each, and one that fits is enough.
 */
export function signedHeaders(
  message: { id: string; timeMs: number; body: string },
  secrets: readonly Uint8Array[],
): Record<string, string> {
  const timestamp = `${Math.floor(message.timeMs / 1000)}`;
  const content = `${message.id}.${timestamp}.${message.body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac("sha256", secret).update(content).digest("base64")}`,
  );
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
