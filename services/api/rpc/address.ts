import { Code } from "@connectrpc/connect";
import { normaliseAddress } from "#core/domain/address/normalise-address.ts";
import { fail } from "./fail.ts";

/** An address and the key that tells it from others. Throws InvalidArgument. */
export function checkAddress(text: string, field: string): { address: string; key: string } {
  const read = normaliseAddress(text);
  if (read.ok) return { address: read.address, key: read.key };
  throw fail(Code.InvalidArgument, {
    reason: "invalid_address",
    message: "The address cannot be mailed.",
    field,
    hint: read.message,
  });
}
