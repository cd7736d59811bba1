import { randomUUID } from "node:crypto";
import type { Output } from "./show/output.ts";

export const KEY_OPTION = "--key <key>";
export const KEY_HELP = "idempotency key: the same one never does it twice; made and printed when absent";

/**
 * The key given, or a new one. A new one is told before the call is made: whoever is cut off in the middle repeats the command
 * with it and gets what became of the first.
 */
export function idempotencyKey(given: string | undefined, out: Output): string {
  if (given !== undefined) return given;
  const key = `cli-${randomUUID()}`;
  out.note(`idempotency key ${key} (repeat with --key ${key})`);
  return key;
}
