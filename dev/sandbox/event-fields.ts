import { domainOf } from "./addresses.ts";
import { toHeader, variablesOf } from "./mail-view.ts";
import type { World } from "./world.ts";

/** What an event can be filtered by. A list is matched when one of its members is. */
export type EventField = (world: World, index: number) => string | readonly string[];

const call = (world: World, index: number) => world.store.call(world.log.seq(index));

const messageId: EventField = (world, index) => call(world, index).messageId;
const tags: EventField = (world, index) => call(world, index).tags;
const recipient: EventField = (world, index) => world.store.recipient(world.log.seq(index));

/** By the names of the Events API. */
export const EVENT_FIELDS: Record<string, EventField> = {
  event: (world, index) => world.log.name(index),
  recipient,
  recipients: recipient,
  "message-id": messageId,
  tags,
  severity: (world, index) => severityOf(world, index),
  from: (world, index) => call(world, index).from,
  to: (world, index) => toHeader(world, world.log.seq(index)),
  subject: (world, index) => world.store.subject(world.log.seq(index)),
};

/** By the names of the Logs API. */
export const LOG_ATTRIBUTES: Record<string, EventField> = {
  ...EVENT_FIELDS,
  domain: (world, index) => call(world, index).domain,
  tag: tags,
  message_id: messageId,
  recipient_domain: (world, index) => domainOf(world.store.recipient(world.log.seq(index))),
  "recipient-domain": (world, index) => domainOf(world.store.recipient(world.log.seq(index))),
  reason: (world, index) => world.log.detail(index).reason ?? "",
};

/** Fields that are searched for words; the others are compared whole. */
export const SEARCHED_FIELDS: ReadonlySet<string> = new Set(["from", "to", "subject"]);

export function hasVariables(world: World, index: number, wanted: Record<string, unknown>): boolean {
  const variables = variablesOf(world, world.log.seq(index));
  return Object.entries(wanted).every(([name, value]) => variables[name] === String(value));
}

function severityOf(world: World, index: number): string {
  if (world.log.name(index) !== "failed") return "";
  return world.log.detail(index).severity ?? "permanent";
}
