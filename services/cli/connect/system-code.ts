/** Causes are followed this far; a chain that is longer goes in circles. */
const CAUSES_MAX = 10;
const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ERR_HTTP2_ERROR",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
]);

/** Node's code of a network failure behind an error, if that is what it was. */
export function systemCodeOf(error: unknown): string | undefined {
  let cause = error;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth++) {
    if ("code" in cause && typeof cause.code === "string" && NETWORK_CODES.has(cause.code)) return cause.code;
    cause = cause.cause;
  }
  return undefined;
}
