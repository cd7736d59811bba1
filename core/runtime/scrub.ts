// An address in a serialised line. Escapes are taken in pairs, so that what is left is still JSON. 64 is RFC 5321's longest local part.
const addressPattern = /(?:\\.|[\w.%+'&=~^*!#$/-]){1,64}@[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,24}/gi;
const credentialsPattern = /:\/\/[^\s/@"]{1,300}@/g;
const keyPattern = /\b(?:key-[0-9a-f]{16,64}|ff_[A-Za-z0-9_-]{16,128}|Bearer [\w.~+/=-]{8,2000})/g;

/** Takes e-mail addresses, credentials in URLs and API keys out of a line that is about to be logged. */
export function scrub(line: string): string {
  let clean = line;
  if (clean.includes("://")) clean = clean.replace(credentialsPattern, "://[secret]@");
  if (clean.includes("@")) clean = clean.replace(addressPattern, "[address]");
  return clean.replace(keyPattern, "[secret]");
}
