import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** The same key came with another request. */
export class KeyReusedError extends Error {
  override readonly name = "KeyReusedError";
  readonly scope: string;
  readonly key: string;
  constructor(scope: string, key: string) {
    super(
      `The idempotency key "${key}" was used before for a different request (${scope}). Choose a new key for a new request.`,
    );
    this.scope = scope;
    this.key = key;
  }
}

/** Agency of keys that operators use. */
export const operatorAgencyId = "00000000-0000-0000-0000-000000000000";

export interface IdempotencyKey {
  agencyId: string;
  /** What is done under the key, for example send_blast. */
  scope: string;
  key: string;
  /** `requestHash()` of everything that makes the request what it is. */
  requestHash: Buffer;
}

/**
 * Runs `create` once for each key, in the caller's transaction; its result (an id) is what every later call gets.
 * A second caller waits for the first one's transaction: after its commit it gets the result, after its rollback it creates.
 * Throws `KeyReusedError` when the key stands for another request.
 */
export async function once(
  tx: Tx,
  key: IdempotencyKey,
  create: () => Promise<string>,
): Promise<{ result: string; replayed: boolean }> {
  const inserted = await sql`
    INSERT INTO idempotency_keys (agency_id, scope, key, request_hash, result)
    VALUES (${key.agencyId}, ${key.scope}, ${key.key}, ${key.requestHash}, '')
    ON CONFLICT DO NOTHING`.execute(tx);
  if (inserted.numAffectedRows === 1n) {
    const result = await create();
    await sql`
      UPDATE idempotency_keys SET result = ${result}
      WHERE agency_id = ${key.agencyId} AND scope = ${key.scope} AND key = ${key.key}`.execute(tx);
    return { result, replayed: false };
  }
  const known = await tx
    .selectFrom("idempotency_keys")
    .select(["request_hash", "result"])
    .where("agency_id", "=", key.agencyId)
    .where("scope", "=", key.scope)
    .where("key", "=", key.key)
    .executeTakeFirstOrThrow();
  if (!known.request_hash.equals(key.requestHash)) throw new KeyReusedError(key.scope, key.key);
  return { result: known.result, replayed: true };
}

/** SHA-256 over the parts, each preceded by its length, so that no two lists of parts collide. */
export function requestHash(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest();
}
