// SQLSTATE classes: 08 connection, 53 resources, 57P0x shutdown and start-up, 25P03 idle for too long, 40 the victim of a deadlock,
// 57014 a statement that took too long.
const sqlStates = /^(08|53|57P0|25P03|40|57014)/;
const systemCodes = new Set([
  "ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOENT",
]); // prettier-ignore
// pg has no codes for these.
const words =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Connection ended unexpectedly|not queryable/i;
// Errors that wrap errors go no deeper.
const maxDepth = 5;

/** PostgreSQL is there, and every connection of this process is in use: whoever asks again in a moment may get one. */
export class DatabaseBusyError extends Error {
  override readonly name = "DatabaseBusyError";
}

/**
 * Whether an error only says that PostgreSQL is away, starting, stopping, full or in a jam: it passes by itself, the same call may work later, and
 * nobody did anything wrong.
 */
export function isDatabaseAway(error: unknown): boolean {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < maxDepth;
    cause = cause.cause, depth++
  ) {
    if (cause instanceof DatabaseBusyError) return true;
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && (sqlStates.test(code) || systemCodes.has(code))) return true;
    if (words.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isDatabaseAway)) return true;
  }
  return false;
}
