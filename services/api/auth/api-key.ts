import { createHash, randomBytes } from "node:crypto";

// 256 random bits: nobody guesses them, so the hash needs neither salt nor slowness.
const secretBytes = 32;
const prefixLength = 8;
const shape = /^ff_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}$/;
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/** A key just made. `text` is given away once; the rest is stored. */
export type NewApiKey = { text: string; prefix: string; hash: Buffer };

/** Makes a key: `ff_<prefix>_<secret>`. The prefix is for people, who recognise a key by it. */
export function mintApiKey(): NewApiKey {
  const prefix = Array.from(randomBytes(prefixLength), (byte) => alphabet[byte % alphabet.length]).join("");
  const text = `ff_${prefix}_${randomBytes(secretBytes).toString("base64url")}`;
  return { text, prefix, hash: hashApiKey(text) };
}

/** What is stored of a key, and what it is found by. */
export function hashApiKey(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** True when the text has the form of a key; whether it is one, only the database knows. */
export function looksLikeApiKey(text: string): boolean {
  return shape.test(text);
}
