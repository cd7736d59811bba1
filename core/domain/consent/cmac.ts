import { createCipheriv } from "node:crypto";

export const blockBytes = 16;
/** What NIST SP 800-38B calls R128: the rest of a doubling that ran over. */
const rest = 0x87;

/**
 * AES-256-CMAC (NIST SP 800-38B, RFC 4493) of many messages of exactly one block each, under one key of 32 bytes: a tag of a block for each.
 * Of such a message CMAC is one AES of the message with a subkey added, so all of a batch are one call. An HMAC for each would be as good and cost
 * ten times as much, nearly all of it in setting up the call.
 */
export function cmacOfBlocks(key: Uint8Array, blocks: Uint8Array): Buffer {
  if (blocks.length % blockBytes !== 0)
    throw new TypeError(`${blocks.length} bytes are no whole blocks of ${blockBytes}.`);
  const subkey = doubled(encrypt(key, new Uint8Array(blockBytes)));
  const masked = new Uint8Array(blocks.length);
  for (let at = 0; at < blocks.length; at += 1) masked[at] = blocks[at]! ^ subkey[at % blockBytes]!;
  return encrypt(key, masked);
}

/** Each block for itself: to CMAC the cipher is a permutation and no encryption. */
function encrypt(key: Uint8Array, blocks: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

function doubled(block: Uint8Array): Uint8Array {
  const twice = block.map((byte, at) => (byte << 1) | ((block[at + 1] ?? 0) >> 7));
  if ((block[0]! & 0x80) !== 0) twice[blockBytes - 1]! ^= rest;
  return twice;
}
