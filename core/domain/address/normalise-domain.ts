/** Longest domain name and longest label (RFC 1035 §2.3.4). */
const MAX_DOMAIN_CHARS = 253;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export type NormalisedDomain =
  | { ok: true; domain: string }
  | { ok: false; reason: "domain_invalid" | "domain_too_long" };

/**
 * A mail domain in lower-case ASCII: IDN labels become punycode (UTS 46), the root's trailing dot goes.
 * At least two labels and no bare IP address, because no customer has a mailbox at either.
 */
export function normaliseDomain(raw: string): NormalisedDomain {
  // The ideographic full stops are dots to people who type them (RFC 3490 §3.1).
  const dotted = raw.replace(/[\u3002\uff0e\uff61]/g, ".").replace(/\.+$/, "");
  if (dotted.length > MAX_DOMAIN_CHARS) return { ok: false, reason: "domain_too_long" };
  const domain = toAscii(dotted);
  if (domain === undefined) return { ok: false, reason: "domain_invalid" };
  if (domain.length > MAX_DOMAIN_CHARS) return { ok: false, reason: "domain_too_long" };
  const labels = domain.split(".");
  const valid =
    labels.length >= 2 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "");
  return valid ? { ok: true, domain } : { ok: false, reason: "domain_invalid" };
}

function toAscii(domain: string): string | undefined {
  // Plain domains are nearly all of them, and a hundred times cheaper this way.
  if (/^[a-z0-9.-]+$/i.test(domain) && !/(?:^|\.)xn--/i.test(domain)) return domain.toLowerCase();
  // A URL's host is the platform's own IDNA; what would end or escape the host is refused first.
  if (/[\s/\\?#@:%[\]<>^|"']/u.test(domain)) return undefined;
  return URL.parse(`http://${domain}`)?.hostname.toLowerCase();
}
