import type { SignIn } from "../deps.ts";

// A revoked key, an ended session, and a user who was deactivated elsewhere go on for at most this long. Said in docs: revocation takes effect
// within 10 s.
const keptMs = 10_000;
// 10,000 keys in use within 10 s are far more than one instance serves; each entry is some 300 bytes.
const maxEntries = 10_000;

/**
 * Owners of keys or of sessions, asked for once in `keptMs`; `find` asks the database. Calls that come together share one question. Unknown keys are
 * remembered too, or guessing would cost a query each; failures are not.
 */
export function createSignIn<Owner>(
  find: (hash: Buffer) => Promise<Owner | undefined>,
  nowMs: () => number,
): SignIn<Owner> {
  type Entry = { until: number; owner: Promise<Owner | undefined> };
  const entries = new Map<string, Entry>();
  return {
    ownerOf(hash) {
      const name = hash.toString("base64");
      const now = nowMs();
      const known = entries.get(name);
      if (known !== undefined && now < known.until) return known.owner;
      entries.delete(name);
      // The oldest goes first: a Map keeps the order of insertion.
      const oldest = entries.keys().next();
      if (entries.size >= maxEntries && !oldest.done) entries.delete(oldest.value);
      const entry: Entry = { until: now + keptMs, owner: find(hash) };
      entries.set(name, entry);
      entry.owner.catch(() => {
        if (entries.get(name) === entry) entries.delete(name);
      });
      return entry.owner;
    },
    forget: () => entries.clear(),
  };
}
