/** An address as a mail header has it: `"Ada Lovelace" <ada@example.com>` or `ada@example.com`. */
export type Mailbox = { address: string; name: string; header: string };

/** RFC 5321 4.5.3.1: a path of 254 octets and a local part of 64 are what a server must take. */
const MAX_ADDRESS_CHARS = 254;
const MAX_LOCAL_PART_CHARS = 64;

// A dot in the domain is asked for because Mailgun refuses `ada@localhost` too.
const ADDRESS =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])$/u;

export function isAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  if (at < 1 || at > MAX_LOCAL_PART_CHARS || text.length > MAX_ADDRESS_CHARS) return false;
  return ADDRESS.test(text);
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

/** Reads `a@x.com, "Last, First" <b@y.com>`; gives null for a list with anything in it that is no address. */
export function parseMailboxes(text: string): Mailbox[] | null {
  const mailboxes: Mailbox[] = [];
  for (const part of splitList(text)) {
    const mailbox = parseMailbox(part);
    if (mailbox === null) return null;
    mailboxes.push(mailbox);
  }
  return mailboxes;
}

function parseMailbox(text: string): Mailbox | null {
  const header = text.trim();
  const open = header.lastIndexOf("<");
  if (open === -1) return isAddress(header) ? { address: header, name: "", header } : null;
  if (!header.endsWith(">")) return null;
  const address = header.slice(open + 1, -1).trim();
  if (!isAddress(address)) return null;
  const name = header
    .slice(0, open)
    .trim()
    .replace(/^"(.*)"$/s, "$1")
    .replace(/\\(.)/g, "$1");
  return { address, name, header };
}

function splitList(text: string): string[] {
  if (!text.includes(",")) return [text];
  if (!text.includes('"')) return text.split(",");
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && quoted) at++;
    else if (character === '"') quoted = !quoted;
    else if (character === "," && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
