import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Sets a person's password. Runs as system. */
export async function setPassword(tx: Tx, personId: string, hash: string): Promise<void> {
  await sql`
    INSERT INTO passwords (holder_id, hash) VALUES (${personId}, ${hash})
    ON CONFLICT (holder_id) DO UPDATE SET hash = excluded.hash, changed_at = now()`.execute(tx);
}

// Five mistakes are human; after that each costs twice the wait of the one before, up to a quarter of an hour.
const freeFailures = 5;
const maxWaitSeconds = 900;

/** Seconds until the next try for this address is allowed; 0 is now. Runs as system. */
export async function signInWaitSeconds(tx: Tx, emailKey: string): Promise<number> {
  const found = await sql<{ seconds: number }>`
    SELECT greatest(0, ceil(extract(epoch FROM blocked_until - now())))::int AS seconds
    FROM sign_in_failures WHERE email_key = ${emailKey}`.execute(tx);
  return found.rows[0]?.seconds ?? 0;
}

/** Counts a wrong password, and drops addresses that nobody tried for a day. Runs as system. */
export async function noteSignInFailure(tx: Tx, emailKey: string): Promise<void> {
  await sql`
    INSERT INTO sign_in_failures AS f (email_key, failures) VALUES (${emailKey}, 1)
    ON CONFLICT (email_key) DO UPDATE SET failures = f.failures + 1, last_at = now(),
      blocked_until = CASE WHEN f.failures + 1 < ${freeFailures}::int THEN now()
        ELSE now() + make_interval(secs => least(${maxWaitSeconds}::float, power(2, least(f.failures + 1 - ${freeFailures}::int, 12)))) END`.execute(
    tx,
  );
  await sql`
    DELETE FROM sign_in_failures WHERE email_key IN (
      SELECT email_key FROM sign_in_failures WHERE last_at < now() - interval '1 day' LIMIT 100)`.execute(tx);
}

/** Forgets wrong passwords after a right one. Runs as system. */
export async function forgetSignInFailures(tx: Tx, emailKey: string): Promise<void> {
  await sql`DELETE FROM sign_in_failures WHERE email_key = ${emailKey}`.execute(tx);
}
