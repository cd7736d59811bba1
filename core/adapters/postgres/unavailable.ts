/** PostgreSQL's own words for "not now": shutting down, starting, too many connections, and class 08 (connection). */
const sqlStates = /^(57P0[1-3]|53300|08...)$/;
const socketErrors = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
// pg raises these without a code.
const words =
  /Connection terminated|timeout exceeded when trying to connect|connection timeout|Client has encountered a connection error/i;

/** Whether an error only says that the database is away: the same call may work later, and nobody did anything wrong. */
export function isDatabaseAway(error: unknown): boolean {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth++
  ) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && (sqlStates.test(code) || socketErrors.has(code))) return true;
    if (words.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isDatabaseAway)) return true;
  }
  return false;
}
