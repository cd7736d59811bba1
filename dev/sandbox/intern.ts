/** Distinct texts kept for sharing; past it the table starts anew. */
const MAX_INTERNED = 2_000;
const interned = new Map<string, string>();

/**
 * A copy that stands alone. A piece cut from a request's body keeps the whole body in memory; a million
 * addresses cut from bodies of 2 MB would keep them all.
 */
export function detach(text: string): string {
  return Buffer.from(text).toString();
}

/** One copy for a text that comes again and again: a sender, a tag, the template of a variable. */
export function intern(text: string): string {
  const known = interned.get(text);
  if (known !== undefined) return known;
  if (interned.size >= MAX_INTERNED) interned.clear();
  const copy = detach(text);
  interned.set(copy, copy);
  return copy;
}
