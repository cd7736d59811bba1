import type { EventDetail, EventName } from "./event-log.ts";
import type { SuppressionKind } from "./suppressions.ts";
import type { World } from "./world.ts";

/** The postman: some time after acceptance, each mail gets what its address asks for. */
export type Delivery = {
  /** To be called after mails were accepted. */
  wake(): void;
  /** Records an event of a mail, with its effect on the suppressions, and tells the webhook. */
  happen(seq: number, name: EventName, detail?: EventDetail): number;
  readonly waiting: number;
  clear(): void;
  close(): void;
};

/** Mails a turn: some milliseconds of work, so that answers do not wait for the postman. */
const MAILS_PER_TURN = 5_000;
/** Also the rest between turns. */
const TURN_MS = 10;
/** The longest rest while mails wait for a time of their own: a timer holds no more than 24 days. */
const MAX_DOZE_MS = 60_000;
/** Mails with a delivery time of their own; beyond this many, they go out at once. */
const MAX_SCHEDULED = 100_000;

const HARD_BOUNCE: EventDetail = {
  severity: "permanent",
  reason: "bounce",
  code: 550,
  message: "5.1.1 The email account that you tried to reach does not exist",
};
const SOFT_BOUNCE: EventDetail = {
  severity: "temporary",
  reason: "generic",
  code: 452,
  message: "4.2.2 The mailbox is full",
};
const GREYLISTED: EventDetail = {
  severity: "temporary",
  reason: "greylisted",
  code: 451,
  message: "4.7.1 Greylisted, try again",
};

const SUPPRESSED: Record<SuppressionKind, EventDetail> = {
  bounces: suppressed("suppress-bounce", 605, "Not delivering to previously bounced address"),
  unsubscribes: suppressed("suppress-unsubscribe", 606, "Not delivering to unsubscribed address"),
  complaints: suppressed(
    "suppress-complaint",
    607,
    "Not delivering to a user who marked your messages as spam",
  ),
};

export function createDelivery(world: World): Delivery {
  let nextSeq = 1;
  let scheduled: number[] = [];
  let nextDueMs = Infinity;
  let dozing = false;
  let timer: NodeJS.Timeout | null = null;

  function wake(): void {
    if (timer !== null && !dozing) return;
    const fresh = nextSeq <= world.store.count;
    if (!fresh && scheduled.length === 0) return;
    if (timer !== null) clearTimeout(timer);
    dozing = !fresh;
    timer = setTimeout(
      turn,
      fresh ? TURN_MS : Math.min(MAX_DOZE_MS, Math.max(TURN_MS, nextDueMs - Date.now())),
    );
  }

  function turn(): void {
    timer = null;
    const nowMs = Date.now();
    if (nowMs >= nextDueMs) deliverScheduled(nowMs);
    const lastSeq = Math.min(world.store.count, nextSeq + MAILS_PER_TURN);
    for (; nextSeq <= lastSeq; nextSeq++) {
      const call = world.store.call(nextSeq);
      if (call.acceptedAtMs + world.config.deliveryDelayMs > nowMs) break;
      if (call.testMode) continue;
      if (call.deliverAtMs > nowMs && scheduled.length < MAX_SCHEDULED) schedule(nextSeq, call.deliverAtMs);
      else deliver(nextSeq);
    }
    wake();
  }

  function schedule(seq: number, deliverAtMs: number): void {
    scheduled.push(seq);
    nextDueMs = Math.min(nextDueMs, deliverAtMs);
  }

  function deliverScheduled(nowMs: number): void {
    const waiting = scheduled;
    scheduled = [];
    nextDueMs = Infinity;
    for (const seq of waiting) {
      const { deliverAtMs } = world.store.call(seq);
      if (deliverAtMs > nowMs) schedule(seq, deliverAtMs);
      else deliver(seq);
    }
  }

  function deliver(seq: number): void {
    const kind = world.suppressions.kindOf(world.store.call(seq).domain, world.store.recipient(seq));
    if (kind !== null) {
      happen(seq, "failed", SUPPRESSED[kind]);
      return;
    }
    const outcome = world.store.outcome(seq);
    switch (outcome) {
      case "bounce":
        happen(seq, "failed", HARD_BOUNCE);
        return;
      case "softbounce":
        happen(seq, "failed", SOFT_BOUNCE);
        return;
      case "greylist":
        happen(seq, "failed", GREYLISTED);
        happen(seq, "delivered");
        return;
      case "deliver":
        happen(seq, "delivered");
        return;
      case "open":
        happen(seq, "delivered");
        happen(seq, "opened");
        return;
      case "click":
        happen(seq, "delivered");
        happen(seq, "opened");
        happen(seq, "clicked");
        return;
      case "complain":
        happen(seq, "delivered");
        happen(seq, "complained");
        return;
      case "unsubscribe":
        happen(seq, "delivered");
        happen(seq, "unsubscribed");
        return;
      default:
        outcome satisfies never;
    }
  }

  function happen(seq: number, name: EventName, detail?: EventDetail): number {
    const nowMs = Date.now();
    const { domain } = world.store.call(seq);
    const address = world.store.recipient(seq);
    if (name === "failed" && detail?.severity !== "temporary" && !detail?.reason?.startsWith("suppress-")) {
      const { code = 550, message: error = "" } = detail ?? {};
      world.suppressions.add(domain, "bounces", { address, createdAtMs: nowMs, code: String(code), error });
    }
    if (name === "complained") world.suppressions.add(domain, "complaints", { address, createdAtMs: nowMs });
    if (name === "unsubscribed") {
      world.suppressions.add(domain, "unsubscribes", { address, createdAtMs: nowMs, tags: ["*"] });
    }
    const index = world.log.append(name, seq, nowMs, detail);
    world.webhooks.notify(index);
    return index;
  }

  return {
    wake,
    happen,
    get waiting() {
      return world.store.count + 1 - nextSeq + scheduled.length;
    },
    clear() {
      nextSeq = 1;
      scheduled = [];
      nextDueMs = Infinity;
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

function suppressed(reason: string, code: number, message: string): EventDetail {
  return { severity: "permanent", reason, code, message };
}
