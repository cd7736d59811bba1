import type { Call, Pair } from "./mail-store.ts";
import { RID_VARIABLE } from "./mail-store.ts";
import {
  expand,
  isPersonal,
  parseRecipientVariables,
  type Expansion,
  type RecipientVariables,
} from "./recipient-variables.ts";
import type { World } from "./world.ts";

/** One mail as its recipient has it. */
export type Mail = {
  seq: number;
  id: string;
  recipient: string;
  rid: string;
  time: string;
  domain: string;
  tags: readonly string[];
  testMode: boolean;
  from: string;
  to: string;
  cc: string;
  subject: string;
  headers: Pair[];
  variables: Record<string, string>;
  /** False when the texts were dropped to make room for newer ones. */
  bodyKept: boolean;
  text: string;
  html: string;
  ampHtml: string;
  attachments: readonly string[];
};

export function viewMail(world: World, seq: number): Mail | null {
  if (!Number.isInteger(seq) || seq < 1 || seq > world.store.count) return null;
  const call = world.store.call(seq);
  const expansion = expansionOf(world, seq);
  const write = (template: string) => expand(template, expansion);
  const body = call.body;
  return {
    seq,
    id: call.messageId,
    recipient: world.store.recipient(seq),
    rid: world.store.rid(seq),
    time: new Date(call.acceptedAtMs).toISOString(),
    domain: call.domain,
    tags: call.tags,
    testMode: call.testMode,
    from: write(call.from),
    to: toHeader(world, seq),
    cc: call.ccHeader,
    subject: world.store.subject(seq),
    headers: (body?.headers ?? []).map(([name, value]) => [name, write(value)] as const),
    variables: variablesOf(world, seq),
    bodyKept: body !== null,
    text: write(body?.text ?? ""),
    html: write(body?.html ?? ""),
    ampHtml: write(body?.ampHtml ?? ""),
    attachments: body?.attachments ?? [],
  };
}

/** In a batch with recipient variables each recipient sees only himself; otherwise everybody sees everybody. */
export function toHeader(world: World, seq: number): string {
  const call = world.store.call(seq);
  if (!call.personal) return call.toHeader;
  const name = world.store.name(seq);
  const address = world.store.recipient(seq);
  return name === "" ? address : `"${name.replace(/(["\\])/g, "\\$1")}" <${address}>`;
}

/** The `v:` variables of a mail. When its body was dropped, personal ones other than the rid read as templates. */
export function variablesOf(world: World, seq: number): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, template] of world.store.call(seq).variables) {
    if (name === RID_VARIABLE) variables[name] = world.store.rid(seq);
    else variables[name] = isPersonal(template) ? expand(template, expansionOf(world, seq)) : template;
  }
  return variables;
}

function expansionOf(world: World, seq: number): Expansion {
  const call = world.store.call(seq);
  const address = world.store.recipient(seq);
  return {
    address,
    name: world.store.name(seq),
    variables: recipientVariables(call, address),
    unsubscribeUrl: unsubscribeUrl(world, seq),
  };
}

export function unsubscribeUrl(world: World, seq: number): string {
  return `${world.baseUrl}/unsubscribe/${seq}`;
}

/** Pages of events walk mail by mail through a few calls: remembering the last ones parsed is enough. */
const MAX_PARSED_CALLS = 8;
const parsedCalls = new Map<Call, Record<string, RecipientVariables>>();

function recipientVariables(call: Call, address: string): RecipientVariables | undefined {
  const json = call.body?.recipientVariables ?? null;
  if (json === null) return undefined;
  let parsed = parsedCalls.get(call);
  if (parsed === undefined) {
    parsed = parseRecipientVariables(json) ?? {};
    const oldest = parsedCalls.keys().next();
    if (parsedCalls.size >= MAX_PARSED_CALLS && !oldest.done) parsedCalls.delete(oldest.value);
    parsedCalls.set(call, parsed);
  }
  return parsed[address] ?? parsed[address.toLowerCase()];
}
