import { randomBytes } from "node:crypto";
import { isAddress, parseMailboxes, type Mailbox } from "./addresses.ts";
import { parseForm, type Form } from "./form.ts";
import { json, type Answer, type Exchange } from "./http.ts";
import { detach, intern } from "./intern.ts";
import { MAX_MAILS, RID_VARIABLE, type Call, type NewMail, type Pair } from "./mail-store.ts";
import {
  expand,
  isPersonal,
  parseRecipientVariables,
  type RecipientVariables,
} from "./recipient-variables.ts";
import type { World } from "./world.ts";

/** Mailgun's documented limits of one call. */
export const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;
export const MAX_RECIPIENTS = 1_000;
export const MAX_OPTION_BYTES = 16 * 1024;

/** A message that was read and found good, with all that accepting it needs. */
export type Prepared = {
  call: Call;
  mailboxes: Mailbox[];
  recipientVariables: Record<string, RecipientVariables> | null;
};

/** Reads and checks a message as Mailgun does: one wrong part refuses the whole call. */
export async function prepareMessage(
  world: World,
  exchange: Exchange,
  domain: string,
): Promise<Prepared | Answer> {
  const form = await parseForm(exchange.request.headers["content-type"] ?? "", exchange.body);
  if (form === null)
    return refuse("the body must be multipart/form-data or application/x-www-form-urlencoded");
  const parts = readParts(form);
  if (parts.from === "") return refuse("from parameter is missing");
  if (!isSender(parts.from))
    return refuse("from parameter is not a valid address. please check documentation");
  if (parts.to.length === 0) return refuse("to parameter is missing");
  const [to, cc, bcc] = [readMailboxes(parts.to), readMailboxes(parts.cc), readMailboxes(parts.bcc)];
  if (to === null) return refuse("to parameter is not a valid address. please check documentation");
  if (cc === null) return refuse("cc parameter is not a valid address. please check documentation");
  if (bcc === null) return refuse("bcc parameter is not a valid address. please check documentation");
  if (to.length > MAX_RECIPIENTS) return refuse(`Too many recipients; max is ${MAX_RECIPIENTS}`);
  if (parts.subject === "") return refuse("subject parameter is missing");
  if (parts.text === "" && parts.html === "" && parts.ampHtml === "") {
    return refuse("Need at least one of 'text' or 'html' parameters specified");
  }
  if (parts.optionBytes > MAX_OPTION_BYTES) {
    return refuse("Send options (parameters starting with o:, h:, or v:) are limited to 16 kB total");
  }
  const recipientVariables =
    parts.recipientVariables === null ? null : parseRecipientVariables(parts.recipientVariables);
  if (recipientVariables === null && parts.recipientVariables !== null) {
    return refuse("recipient-variables parameter is not a valid JSON object of objects");
  }
  const deliverAtMs = parts.deliveryTime === "" ? 0 : readDeliveryTime(parts.deliveryTime);
  if (Number.isNaN(deliverAtMs)) return refuse("o:deliverytime is not a date in RFC 2822 format");
  if (world.store.count + to.length > MAX_MAILS) {
    return json(503, {
      message: `the sandbox is full (${MAX_MAILS} mails); POST /_sandbox/reset empties it`,
    });
  }
  const mailboxes = distinct([...to, ...cc, ...bcc]);
  return {
    call: createCall(domain, parts, deliverAtMs, exchange.body.length),
    mailboxes,
    recipientVariables,
  };
}

/** Accepts: from here on the mails exist, whatever happens to the answer. */
export function acceptMessage(world: World, { call, mailboxes, recipientVariables }: Prepared): Answer {
  call.acceptedAtMs = Date.now();
  call.firstEvent = world.log.length;
  const firstSeq = world.store.count + 1;
  const rid = call.variables.find(([name]) => name === RID_VARIABLE)?.[1] ?? "";
  const personal = isPersonal(rid) || isPersonal(call.subject);
  const mails = mailboxes.map(({ address, name }, nth): NewMail => {
    const kept = { address: detach(address), name: detach(name) };
    if (!personal) return { ...kept, rid, subject: call.subject };
    const variables = recipientVariables?.[address] ?? recipientVariables?.[address.toLowerCase()];
    const unsubscribeUrl = `${world.baseUrl}/unsubscribe/${firstSeq + nth}`;
    const expansion = { address, name, variables, unsubscribeUrl };
    return { ...kept, rid: detach(expand(rid, expansion)), subject: detach(expand(call.subject, expansion)) };
  });
  world.store.accept(call, mails);
  for (let nth = 0; nth < mails.length; nth++) {
    world.webhooks.notify(world.log.append("accepted", firstSeq + nth, call.acceptedAtMs));
  }
  world.delivery.wake();
  return json(200, { id: `<${call.messageId}>`, message: "Queued. Thank you." });
}

function refuse(message: string): Answer {
  return json(400, { message });
}

type Parts = ReturnType<typeof readParts>;

function readParts(form: Form) {
  const parts = {
    from: "",
    to: [] as string[],
    cc: [] as string[],
    bcc: [] as string[],
    subject: "",
    text: "",
    html: "",
    ampHtml: "",
    recipientVariables: null as string | null,
    tags: [] as string[],
    headers: [] as Pair[],
    variables: [] as Pair[],
    testMode: false,
    deliveryTime: "",
    messageId: "",
    optionBytes: 0,
    attachments: form.files.map(({ filename }) => filename),
  };
  for (const [name, value] of form.fields) {
    if (/^[ohvt]:/.test(name)) {
      parts.optionBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      readOption(parts, name, value);
      continue;
    }
    switch (name) {
      case "from":
      case "subject":
      case "text":
      case "html":
        parts[name] = value;
        break;
      case "amp-html":
        parts.ampHtml = value;
        break;
      case "to":
      case "cc":
      case "bcc":
        parts[name].push(value);
        break;
      case "recipient-variables":
        parts.recipientVariables = value;
        break;
    }
  }
  return parts;
}

function readOption(
  parts: {
    tags: string[];
    headers: Pair[];
    variables: Pair[];
    testMode: boolean;
    deliveryTime: string;
    messageId: string;
  },
  name: string,
  value: string,
): void {
  const key = name.slice(2);
  if (name.startsWith("v:")) parts.variables.push([key, value]);
  else if (name.startsWith("h:")) {
    parts.headers.push([key, value]);
    if (key.toLowerCase() === "message-id") parts.messageId = value.trim().replace(/^<|>$/g, "");
  } else if (name === "o:tag") parts.tags.push(value);
  else if (name === "o:testmode") parts.testMode = /^(yes|true|1)$/i.test(value);
  else if (name === "o:deliverytime") parts.deliveryTime = value;
}

function createCall(domain: string, parts: Parts, deliverAtMs: number, sizeBytes: number): Call {
  return {
    messageId: parts.messageId === "" ? newMessageId(domain) : detach(parts.messageId),
    domain: intern(domain),
    from: intern(parts.from),
    toHeader: parts.recipientVariables === null ? detach(parts.to.join(", ")) : "",
    ccHeader: detach(parts.cc.join(", ")),
    subject: intern(parts.subject),
    tags: parts.tags.map(intern),
    variables: parts.variables.map(
      ([name, value]) => [intern(name), name === RID_VARIABLE ? detach(value) : intern(value)] as const,
    ),
    testMode: parts.testMode,
    personal: parts.recipientVariables !== null,
    acceptedAtMs: 0,
    deliverAtMs,
    firstSeq: 0,
    firstEvent: 0,
    count: 0,
    body: {
      text: parts.text,
      html: parts.html,
      ampHtml: parts.ampHtml,
      headers: parts.headers,
      recipientVariables: parts.recipientVariables,
      attachments: parts.attachments,
      sizeBytes,
    },
  };
}

function newMessageId(domain: string): string {
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  return `${time}.${randomBytes(8).toString("hex")}@${domain}`;
}

function readMailboxes(values: readonly string[]): Mailbox[] | null {
  const mailboxes: Mailbox[] = [];
  for (const value of values) {
    const some = parseMailboxes(value);
    if (some === null) return null;
    for (const mailbox of some) mailboxes.push(mailbox);
  }
  return mailboxes;
}

/** Mailgun drops a repeated recipient without a word. */
function distinct(mailboxes: readonly Mailbox[]): Mailbox[] {
  const byAddress = new Map<string, Mailbox>();
  for (const mailbox of mailboxes) {
    const key = mailbox.address.toLowerCase();
    if (!byAddress.has(key)) byAddress.set(key, mailbox);
  }
  return [...byAddress.values()];
}

/** The sender may hold recipient variables in its name, but its address must be one. */
function isSender(from: string): boolean {
  return isAddress(/<([^<>]*)>\s*$/.exec(from)?.[1]?.trim() ?? from.trim());
}

function readDeliveryTime(value: string): number {
  return /^\d{9,}$/.test(value) ? Number(value) * 1000 : Date.parse(value);
}
