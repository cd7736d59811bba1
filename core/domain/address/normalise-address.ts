import { normaliseDomain } from "./normalise-domain.ts";

/** Why a text is no address that can be mailed. */
export type AddressFailure =
  | "empty"
  | "too_long"
  | "no_at_sign"
  | "several_addresses"
  | "control_character"
  | "local_part_invalid"
  | "local_part_too_long"
  | "domain_invalid"
  | "domain_too_long";

/**
 * `address` is what is sent to: the local part as its owner writes it, the domain in lower-case ASCII.
 * `key` tells customers apart: two customers with one key get one mail.
 */
export type NormalisedAddress =
  | { ok: true; address: string; key: string }
  | { ok: false; reason: AddressFailure; message: string };

export type AddressOptions = {
  /**
   * Also takes ann+shop@ and, at Gmail, a.nn@ for ann@ in the key. Off by default: only Gmail is known to ignore dots, other
   * hosts may give a+b@ to somebody else, and wrongly leaving a customer out is worse than mailing one reader twice.
   */
  foldMailboxAliases?: boolean;
};

/** Longest input looked at. 1,000: an address with its display name; longer is no address but a mistake in a column. */
const MAX_RAW_CHARS = 1_000;
/** RFC 5321 §4.5.3.1.3 less the two angle brackets. */
const MAX_ADDRESS_BYTES = 254;
/** RFC 5321 §4.5.3.1.1. */
const MAX_LOCAL_BYTES = 64;

const MESSAGES: Readonly<Record<AddressFailure, string>> = {
  empty: "There is no address; fill it in.",
  too_long: `The address is longer than ${MAX_ADDRESS_BYTES} bytes, which no mail server takes.`,
  no_at_sign: "The address has no @; write name@example.com.",
  several_addresses: "There is more than one address; give each customer one.",
  control_character: "The address holds a line break or another control character; remove it.",
  local_part_invalid:
    "The part before the @ is not valid; use letters, digits and .!#$%&'*+/=?^_`{|}~- with no space and no two dots in a row.",
  local_part_too_long: `The part before the @ is longer than ${MAX_LOCAL_BYTES} bytes.`,
  domain_invalid: "The part after the @ is no domain; write one such as example.com.",
  domain_too_long: "The domain is longer than 253 characters.",
};

const fail = (reason: AddressFailure): NormalisedAddress => ({
  ok: false,
  reason,
  message: MESSAGES[reason],
});

// Spaces of all kinds and marks without width that spreadsheets and web pages leave at the ends (trim misses some of them).
const EDGE =
  /^[\s\u180e\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+|[\s\u180e\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+$/gu;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const INVISIBLE = /[\u180e\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;
/** Dot-atom (RFC 5322 §3.2.3), with letters of other scripts (RFC 6531). Quoted local parts exist only in standards. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** Reads an address as people and spreadsheets write it. Cheap enough for every row of an import. */
export function normaliseAddress(raw: string, options: AddressOptions = {}): NormalisedAddress {
  if (raw.length > MAX_RAW_CHARS) return fail("too_long");
  const trimmed = raw.replace(EDGE, "");
  if (trimmed === "") return fail("empty");
  if (CONTROL.test(trimmed)) return fail("control_character");
  const bare = unwrap(trimmed);
  if (bare === undefined) return fail("several_addresses");
  const at = bare.lastIndexOf("@");
  if (at < 0) return fail(bare === "" ? "empty" : "no_at_sign");
  return fromParts(bare.slice(0, at).normalize("NFC"), bare.slice(at + 1), options);
}

/** Takes off `Ann <…>`, `mailto:` and what stands after the address in a link; undefined when there are several. */
function unwrap(text: string): string | undefined {
  const bracketed = /^[^<>]*<([^<>]*)>$/.exec(text)?.[1];
  const inner = (bracketed ?? text).replace(EDGE, "");
  const link = /^mailto:/i.test(inner);
  const bare = link ? decode(inner.slice("mailto:".length).replace(/\?.*$/, "")) : inner;
  if (/[,;<>]/.test(bare) || bare.split("@").length > 2) return undefined;
  return bare.replace(EDGE, "");
}

/** A mailto: link is percent-encoded (RFC 6068 §2); what does not decode is taken as it is and judged like any other. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fromParts(local: string, rawDomain: string, options: AddressOptions): NormalisedAddress {
  // Checked again here, because a mailto: link may have brought them in encoded.
  if (CONTROL.test(local) || CONTROL.test(rawDomain)) return fail("control_character");
  if (INVISIBLE.test(local) || !LOCAL.test(local)) return fail("local_part_invalid");
  if (byteLength(local) > MAX_LOCAL_BYTES) return fail("local_part_too_long");
  const found = normaliseDomain(rawDomain);
  if (!found.ok) return fail(found.reason);
  const address = `${local}@${found.domain}`;
  if (byteLength(address) > MAX_ADDRESS_BYTES) return fail("too_long");
  const keyLocal = local.toLowerCase();
  const folded =
    options.foldMailboxAliases === true ? foldAliases(keyLocal, found.domain) : `${keyLocal}@${found.domain}`;
  return { ok: true, address, key: folded };
}

const GMAIL = new Set(["gmail.com", "googlemail.com"]);

function foldAliases(local: string, domain: string): string {
  const untagged = local.replace(/(?<=.)\+.*$/, "");
  return GMAIL.has(domain) ? `${untagged.replaceAll(".", "")}@gmail.com` : `${untagged}@${domain}`;
}
