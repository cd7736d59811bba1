/** Longest display name kept. 128: mail programs show about forty; the header line must stay under 998 (RFC 5322 §2.1.1). */
const MAX_NAME_CHARS = 128;

const UNPRINTABLE = /[\p{Cc}\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
/** What most names are, and what cleaning leaves as it is. */
const CLEAN = /^[!-~]+(?: [!-~]+)*$/;
/** Atoms and spaces need no quotes (RFC 5322 §3.2.3). */
const PLAIN = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*$/;

/**
 * A name that may stand before an address in a header: no line breaks that could start a new header, no invisible marks
 * that turn text round. Letters of any script stay; whoever writes the header encodes them (RFC 2047).
 */
export const cleanDisplayName = (name: string): string =>
  name.length <= MAX_NAME_CHARS && CLEAN.test(name) ? name : clean(name);

const clean = (name: string): string =>
  Array.from(name.toWellFormed().replace(UNPRINTABLE, " ").replace(/\s+/gu, " ").trim())
    .slice(0, MAX_NAME_CHARS)
    .join("")
    .trim();

/** `"O'Neil, Ann" <ann@example.com>`, or the bare address when no name is left. `address` must be normalised. */
export function formatMailbox(name: string, address: string): string {
  const clean = cleanDisplayName(name);
  if (clean === "") return address;
  return `${PLAIN.test(clean) ? clean : `"${clean.replace(/["\\]/g, "\\$&")}"`} <${address}>`;
}
