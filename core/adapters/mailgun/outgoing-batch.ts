/** One call to Mailgun: the same mail for up to 1,000 recipients, each with its own values. */
export type OutgoingBatch = {
  /** The sending domain, as in `mg.agency.example`. */
  domain: string;
  from: string;
  replyTo?: string;
  /** Subject, bodies and header values may hold `%recipient.name%`. */
  subject: string;
  html: string;
  text: string;
  recipients: readonly OutgoingRecipient[];
  /** The blast's id: `o:tag`, by which events are found again. */
  tag: string;
  /** List-Id, List-Unsubscribe, Precedence, … */
  headers: Readonly<Record<string, string>>;
  /** For the whole call, from the look-up of the host's name to the last byte of the answer. */
  timeoutMs: number;
};

export type OutgoingRecipient = {
  address: string;
  displayName?: string;
  /** Names this try of this delivery: it comes back in every event, and so settles a send in doubt. */
  rid: string;
  variables: Readonly<Record<string, string>>;
};

/** Mailgun's documented limits of one call. */
export const MAX_RECIPIENTS = 1_000;
export const MAX_OPTION_BYTES = 16 * 1024;
export const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;
/** Mailgun's limit of a tag, which must be ASCII. */
export const MAX_TAG_CHARS = 128;

/** The recipient variable and the form variable of the same name that carry the rid. */
export const RID_VARIABLE = "rid";

export type BatchProblem = { reason: "bad_batch" | "too_large"; evidence: string };

/** What mailgun.js is given. */
export type MessageFields = Record<string, string | string[]> & { html: string };

// Labels joined by dots: the domain becomes a part of the URL's path and must not be able to leave it.
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;
/** RFC 5322 3.6.8 `ftext`. */
const HEADER_NAME = /^[!-9;-~]+$/;
const TAG = /^[\x20-\x7e]+$/;
const LINE_BREAK = /[\r\n\0]/;
const QUOTED = /["\\]/;
// Mailgun reads `to` as a list of mailboxes: these would make two of one, or a name of an address.
const BARE_ADDRESS = /^[^\s,;<>"()]+@[^\s,;<>"()]+$/;

/** Turns a batch into form fields; gives the problem when Mailgun would refuse it, or when it would be ambiguous. */
export function buildMessage(batch: OutgoingBatch): MessageFields | BatchProblem {
  const problem = findProblem(batch);
  if (problem !== null) return { reason: "bad_batch", evidence: problem };
  const fields: MessageFields = {
    from: batch.from,
    // One field with commas: a field for each recipient would be most of the call's bytes.
    to: batch.recipients.map(writeMailbox).join(", "),
    subject: batch.subject,
    html: batch.html,
    text: batch.text,
    "recipient-variables": writeRecipientVariables(batch.recipients),
    "o:tag": batch.tag,
    [`v:${RID_VARIABLE}`]: `%recipient.${RID_VARIABLE}%`,
  };
  if (batch.replyTo !== undefined) fields["h:Reply-To"] = batch.replyTo;
  for (const [name, value] of Object.entries(batch.headers)) fields[`h:${name}`] = value;
  return findExcess(fields) ?? fields;
}

export function isProblem(built: MessageFields | BatchProblem): built is BatchProblem {
  return "evidence" in built;
}

function findProblem(batch: OutgoingBatch): string | null {
  if (!DOMAIN.test(batch.domain)) return `domain ${JSON.stringify(batch.domain)} is not a host name`;
  if (!(batch.timeoutMs > 0)) return `timeoutMs must be above 0, not ${batch.timeoutMs}`;
  if (batch.html === "" && batch.text === "")
    return "html and text are both empty; Mailgun needs one of them";
  if (!TAG.test(batch.tag) || batch.tag.length > MAX_TAG_CHARS)
    return `tag must be 1 to ${MAX_TAG_CHARS} ASCII characters`;
  if (batch.from === "" || batch.subject === "") return "from and subject must not be empty";
  for (const [name, value] of Object.entries(batch.headers)) {
    if (!HEADER_NAME.test(name))
      return `header name ${JSON.stringify(name)} holds a character that a name may not hold`;
    if (LINE_BREAK.test(value)) return `header ${name} has a line break`;
  }
  for (const name of ["from", "replyTo", "subject"] as const) {
    if (LINE_BREAK.test(batch[name] ?? "")) return `${name} has a line break`;
  }
  return findRecipientProblem(batch.recipients);
}

// Addresses are named by their place: evidence is logged and shown, and must not carry customer data.
function findRecipientProblem(recipients: readonly OutgoingRecipient[]): string | null {
  const count = recipients.length;
  if (count === 0 || count > MAX_RECIPIENTS)
    return `a batch has 1 to ${MAX_RECIPIENTS} recipients, not ${count}`;
  const addresses = new Set<string>();
  for (let place = 0; place < count; place += 1) {
    const { address, displayName = "", rid } = recipients[place]!;
    if (!BARE_ADDRESS.test(address)) return `the address of recipient ${place} is not a bare address`;
    if (LINE_BREAK.test(displayName)) return `the name of recipient ${place} has a line break`;
    if (rid === "" || LINE_BREAK.test(rid))
      return `the rid of recipient ${place} is empty or has a line break`;
    addresses.add(address.toLowerCase());
    // Mailgun drops the second one without a word, so its delivery would wait for ever.
    if (addresses.size <= place)
      return `recipients ${placeOf(recipients, address)} and ${place} have the same address`;
  }
  return null;
}

function placeOf(recipients: readonly OutgoingRecipient[], wanted: string): number {
  return recipients.findIndex(({ address }) => address.toLowerCase() === wanted.toLowerCase());
}

function findExcess(fields: MessageFields): BatchProblem | null {
  let optionBytes = 0;
  let messageBytes = 0;
  for (const [name, value] of Object.entries(fields)) {
    const bytes = typeof value === "string" ? Buffer.byteLength(value) : sumBytes(value);
    messageBytes += bytes;
    if (/^[ohvt]:/.test(name)) optionBytes += name.length + bytes;
  }
  if (optionBytes > MAX_OPTION_BYTES) {
    return {
      reason: "too_large",
      evidence: `tag, headers and variables together are ${optionBytes} bytes; Mailgun takes ${MAX_OPTION_BYTES}`,
    };
  }
  if (messageBytes > MAX_MESSAGE_BYTES) {
    return {
      reason: "too_large",
      evidence: `the message is ${messageBytes} bytes; Mailgun takes ${MAX_MESSAGE_BYTES}: send fewer recipients a call`,
    };
  }
  return null;
}

function sumBytes(values: readonly string[]): number {
  let sum = 0;
  for (const value of values) sum += Buffer.byteLength(value);
  return sum;
}

function writeMailbox({ address, displayName = "" }: OutgoingRecipient): string {
  if (displayName === "") return address;
  return `"${QUOTED.test(displayName) ? displayName.replace(/["\\]/g, "\\$&") : displayName}" <${address}>`;
}

/** Written recipient by recipient: as one object of a thousand keys it would cost twice the time. No address comes twice. */
function writeRecipientVariables(recipients: readonly OutgoingRecipient[]): string {
  const written = recipients.map(
    ({ address, rid, variables }) =>
      `${JSON.stringify(address)}:${JSON.stringify({ ...variables, [RID_VARIABLE]: rid })}`,
  );
  return `{${written.join(",")}}`;
}
