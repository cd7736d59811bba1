import { bareMessageId } from "./classify.ts";
import { RID_VARIABLE } from "./outgoing-batch.ts";

export type ProviderEventKind =
  | "accepted"
  | "delivered"
  | "opened"
  | "clicked"
  | "unsubscribed"
  | "complained"
  | "failed_permanent"
  | "failed_temporary";

/** A fact about one mail, from a webhook or from the provider's log. It may come late, twice, and in any order. */
export type ProviderEvent = {
  /** Unique within a day, says Mailgun: remember it together with the day of `atMs`. */
  id: string;
  kind: ProviderEventKind;
  /** Of the try that made this mail; absent when the mail was not sent by Fanfare. */
  rid?: string;
  recipient: string;
  /** Without angle brackets; empty when the event does not say. */
  providerMessageId: string;
  atMs: number;
  /** Of a failure: the provider's word and the mail server's answer. */
  reason?: string;
};

/** The mail server's words in a bounce can be pages. */
export const MAX_REASON_CHARS = 500;

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads an event of a webhook, the Events API or the Logs API; gives null when it is not one of the kinds we keep. */
export function readProviderEvent(event: JsonObject): ProviderEvent | null {
  const kind = readKind(event);
  const { id, recipient } = event;
  const atMs = readAtMs(event);
  if (kind === null || atMs === null || typeof id !== "string" || id === "" || typeof recipient !== "string")
    return null;
  const rid = readRid(event["user-variables"]);
  const reason = kind.startsWith("failed") ? readReason(event) : "";
  return {
    id,
    kind,
    recipient,
    providerMessageId: readMessageId(event["message"]),
    atMs,
    ...(rid !== null && { rid }),
    ...(reason !== "" && { reason }),
  };
}

function readKind({ event, severity }: JsonObject): ProviderEventKind | null {
  switch (event) {
    case "accepted":
    case "delivered":
    case "opened":
    case "clicked":
    case "unsubscribed":
    case "complained":
      return event;
    case "failed":
      // Only a failure that says it is temporary may still be delivered.
      return severity === "temporary" ? "failed_temporary" : "failed_permanent";
    default:
      return null;
  }
}

/** Webhooks and Events write seconds with a fraction; Logs write a date, which mailgun.js parses. */
function readAtMs(event: JsonObject): number | null {
  const { timestamp, "@timestamp": date } = event;
  if (typeof timestamp === "number") return Math.round(timestamp * 1_000);
  const atMs = date instanceof Date ? date.getTime() : typeof date === "string" ? Date.parse(date) : NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

/** Logs give the variables as JSON text, all others as an object. */
function readRid(variables: unknown): string | null {
  if (typeof variables === "string") {
    try {
      return readRid(asObject(JSON.parse(variables)));
    } catch {
      return null;
    }
  }
  const rid = asObject(variables)[RID_VARIABLE];
  return typeof rid === "string" && rid !== "" ? rid : null;
}

function readMessageId(message: unknown): string {
  const id = asObject(asObject(message)["headers"])["message-id"];
  return typeof id === "string" ? bareMessageId(id) : "";
}

function readReason(event: JsonObject): string {
  const status = asObject(event["delivery-status"]);
  const code = typeof status["code"] === "number" ? String(status["code"]) : "";
  const words = [status["message"], status["description"]].find(
    (word) => typeof word === "string" && word !== "",
  );
  const parts = [event["reason"], code, words].filter((part) => typeof part === "string" && part !== "");
  return parts.join(" ").slice(0, MAX_REASON_CHARS);
}

export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
