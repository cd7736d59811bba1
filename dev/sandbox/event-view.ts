import { domainOf } from "./addresses.ts";
import { toHeader, variablesOf } from "./mail-view.ts";
import type { World } from "./world.ts";

/**
 * An event as Mailgun's Events API and its webhooks write it. Shape: Mailgun's page «Webhook payloads»;
 * the vendor adds fields at will, so ours are the ones that its page shows for each type.
 */
export type EventView = {
  id: string;
  event: string;
  timestamp: number;
  recipient: string;
  "user-variables": Record<string, string>;
  [field: string]: unknown;
};

const SENDING_IP = "203.0.113.7";
const CLIENT = {
  "client-name": "Chrome",
  "client-os": "Linux",
  "client-type": "browser",
  "device-type": "desktop",
  "user-agent": "Mozilla/5.0",
};

export function viewEvent(world: World, index: number): EventView {
  const seq = world.log.seq(index);
  const name = world.log.name(index);
  const detail = world.log.detail(index);
  const call = world.store.call(seq);
  const recipient = world.store.recipient(seq);
  const envelope = { sender: senderOf(call.from), targets: recipient, transport: "smtp" };
  const headers = {
    from: call.from,
    "message-id": call.messageId,
    subject: world.store.subject(seq),
    to: toHeader(world, seq),
  };
  const view: EventView = {
    id: eventId(world, index),
    event: name,
    timestamp: world.log.atMs(index) / 1000,
    "log-level": logLevel(name, detail.severity),
    domain: { name: call.domain },
    recipient,
    "recipient-domain": domainOf(recipient),
    tags: call.tags,
    campaigns: [],
    "user-variables": variablesOf(world, seq),
    flags: {
      "is-authenticated": true,
      "is-routed": false,
      "is-system-test": false,
      "is-test-mode": call.testMode,
    },
    message: {
      headers,
      attachments: [],
      size: (call.body?.html.length ?? 0) + (call.body?.text.length ?? 0),
    },
  };
  switch (name) {
    case "accepted":
      return { ...view, method: "HTTP", envelope };
    case "delivered":
      return {
        ...view,
        envelope: { ...envelope, "sending-ip": SENDING_IP },
        "delivery-status": status(recipient, 250, "OK"),
      };
    case "failed":
      return {
        ...view,
        severity: detail.severity ?? "permanent",
        reason: detail.reason ?? "generic",
        envelope: { ...envelope, "sending-ip": SENDING_IP },
        "delivery-status": status(recipient, detail.code ?? 550, detail.message ?? ""),
      };
    case "clicked":
      return { ...view, ip: SENDING_IP, "client-info": CLIENT, url: detail.url ?? "https://example.com/" };
    case "opened":
    case "unsubscribed":
      return { ...view, ip: SENDING_IP, "client-info": CLIENT };
    case "complained":
      return view;
    default:
      return name satisfies never;
  }
}

/** The same event in the dialect of the Logs API: a date for a time, and user variables as one JSON text. */
export function viewLogEntry(world: World, index: number): Record<string, unknown> {
  const { timestamp, "user-variables": variables, ...view } = viewEvent(world, index);
  return {
    ...view,
    "@timestamp": new Date(timestamp * 1000).toISOString(),
    "user-variables": JSON.stringify(variables),
  };
}

/** 22 characters as Mailgun has; the start time keeps ids of two runs apart. */
export function eventId(world: World, index: number): string {
  const id = Buffer.alloc(16);
  id.writeDoubleBE(world.startedAtMs, 0);
  id.writeUInt32BE(world.log.seq(index), 8);
  id.writeUInt32BE(index, 12);
  return id.toString("base64url");
}

function senderOf(from: string): string {
  return /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from.trim();
}

function logLevel(name: string, severity: string | undefined): string {
  if (name !== "failed") return "info";
  return severity === "temporary" ? "warn" : "error";
}

function status(recipient: string, code: number, message: string): Record<string, unknown> {
  return {
    "attempt-no": 1,
    code,
    message,
    description: "",
    "mx-host": `mx.${domainOf(recipient)}`,
    "session-seconds": 0.02,
    "certificate-verified": true,
    tls: true,
    utf8: true,
  };
}
