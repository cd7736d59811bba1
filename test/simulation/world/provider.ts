// The mail provider: its own record is what the check believes. It takes what it takes whether or not anybody hears of it.
import type { ProviderAnswer } from "#core/domain/delivery/answer.ts";
import { parseRid } from "#core/domain/delivery/id.ts";
import type { ReceivedEvent } from "#core/adapters/postgres/provider-events/receive.ts";
import type { Mail } from "../../../services/customer-sender/deps.ts";
import type { LookUpAnswer, ProviderLog } from "../../../services/scheduler/deps.ts";
import type { World } from "./world.ts";

export type Acceptance = {
  rid: string;
  deliveryId: string;
  blastId: string;
  address: string;
  domain: string;
  atMs: number;
  /** From when on its log shows it. */
  shownAtMs: number;
  providerMessageId: string;
};

/** Nobody listens; it listens and never answers; it answers 5xx. The latter two may have taken the mail. */
export type Away = "refuses" | "silent" | "errors";

export type Provider = {
  away: Away | undefined;
  send(mail: Mail): Promise<ProviderAnswer>;
  lookUp(query: Parameters<ProviderLog["lookUp"]>[0]): LookUpAnswer;
  readonly accepted: readonly Acceptance[];
  /** Called with each webhook, at its time, until it answers true. */
  onWebhook: (event: ReceivedEvent) => boolean;
  readonly webhooksDue: number;
};

// mailgun.js cuts times to the second and the look-up widens its window by as much (core/adapters/mailgun/look-up.ts).
const clockMarginMs = 60_000;
const takenAlthoughAway = 0.1;

export function createProvider(world: () => World): Provider {
  const accepted: Acceptance[] = [];
  let webhooksDue = 0;
  const now = () => world().loop.nowMs;

  /** Answers after a while; the sender gives up at its time-out. */
  function later<T>(delayMs: number, answer: T): Promise<T> {
    const { loop } = world();
    return new Promise((resolve) =>
      loop.after(delayMs, () => {
        loop.touch();
        resolve(answer);
      }),
    );
  }

  function accept(mail: Mail): string {
    const { chance, faults, trace, stats } = world();
    const providerMessageId = `<${accepted.length + 1}@${mail.domain}>`;
    for (const { rid, address } of mail.recipients) {
      const deliveryId = rid.slice(0, rid.indexOf("/"));
      const lagMs = chance.hits(0.6) ? faults.logLagMaxMs : chance.spread(1, Math.max(2, faults.logLagMaxMs));
      const acceptance = {
        rid,
        deliveryId,
        blastId: mail.tag,
        address,
        domain: mail.domain,
        atMs: now(),
        shownAtMs: now() + lagMs,
        providerMessageId,
      };
      accepted.push(acceptance);
      stats.accepted += 1;
      trace.add(now(), "provider", `accepts ${rid}`);
      for (const kind of ["accepted", "delivered", "opened"] as const)
        if (chance.hits(0.7)) tell(acceptance, kind);
      if (chance.hits(0.03))
        tell(acceptance, chance.pick(["complained", "unsubscribed", "failed_permanent"] as const));
    }
    return providerMessageId;
  }

  function tell(acceptance: Acceptance, kind: ReceivedEvent["kind"]): void {
    const { chance, fault, faults } = world();
    if (chance.hits(faults.webhookLost)) return;
    const delivery = parseRid(acceptance.rid);
    const id = `${kind}-${acceptance.rid}`;
    const event = {
      id,
      token: id,
      kind,
      delivery,
      providerMessageId: acceptance.providerMessageId,
      reason: "",
      atMs: now(),
    };
    post(event, chance.spread(50, faults.webhookDelayMaxMs));
    while (fault(faults.webhookTwice, "webhook repeated"))
      post(event, chance.spread(50, faults.webhookDelayMaxMs));
  }

  function post(event: ReceivedEvent, delayMs: number): void {
    const { loop } = world();
    webhooksDue += 1;
    loop.after(delayMs, () => {
      webhooksDue -= 1;
      if (!provider.onWebhook(event)) post(event, 60_000);
    });
  }

  const provider: Provider = {
    away: undefined,
    accepted,
    get webhooksDue() {
      return webhooksDue;
    },
    onWebhook: () => true,
    async send(mail) {
      const { chance, fault, faults, loop } = world();
      if (provider.away === "refuses")
        return later(5, { kind: "retryable", reason: "unreachable", evidence: "ECONNREFUSED" });
      if (provider.away !== undefined) {
        if (chance.hits(takenAlthoughAway)) accept(mail);
        return provider.away === "silent"
          ? later(mail.timeoutMs, { kind: "in_doubt", reason: "timeout", evidence: "no answer" })
          : later(50, { kind: "in_doubt", reason: "server_error", evidence: "503" });
      }
      if (fault(faults.rateLimited, "provider 429"))
        return later(20, {
          kind: "retryable",
          reason: "rate_limited",
          evidence: "429",
          ...(chance.hits(0.5) ? { retryAfterMs: chance.spread(100, 20_000) } : {}),
        });
      if (mail.recipients.some(({ address }) => address.startsWith("bad-")))
        return later(20, { kind: "rejected", reason: "bad_address", evidence: "400", addressAtFault: true });
      if (fault(faults.serverError, "provider 5xx")) {
        if (chance.hits(0.5)) accept(mail);
        return later(50, { kind: "in_doubt", reason: "server_error", evidence: "502" });
      }
      const slow = fault(faults.providerSlow, "provider slow");
      const takenAfterMs = !slow
        ? chance.between(1, 40)
        : chance.hits(0.3)
          ? chance.spread(10, mail.timeoutMs)
          : chance.between(3_000, mail.timeoutMs);
      const lost = fault(faults.answerLost, "answer lost");
      const startMs = loop.nowMs;
      const providerMessageId = await new Promise<string | undefined>((resolve) =>
        loop.after(takenAfterMs, () => {
          const id = accept(mail);
          loop.touch();
          resolve(lost ? undefined : id);
        }),
      );
      if (providerMessageId !== undefined) return { kind: "accepted", providerMessageId };
      // A reset is noticed at once, silence at the time-out.
      const leftMs = chance.hits(0.5) ? 0 : startMs + mail.timeoutMs - loop.nowMs;
      return later(leftMs, { kind: "in_doubt", reason: "timeout", evidence: "no answer" });
    },
    lookUp({ domain, rids, tag, fromMs, toMs, addresses }) {
      const { fault, faults } = world();
      const found = new Map<string, { event: string; providerMessageId: string; atMs: number }>();
      if (provider.away !== undefined || fault(faults.logAway, "log away"))
        return { kind: "unavailable", reason: "server_error", found };
      for (const a of accepted) {
        const inWindow =
          a.atMs >= fromMs - clockMarginMs && a.atMs <= toMs + clockMarginMs && a.shownAtMs <= now();
        if (
          !inWindow ||
          a.domain !== domain ||
          a.blastId !== tag ||
          !rids.includes(a.rid) ||
          !addresses.includes(a.address)
        )
          continue;
        if (!found.has(a.rid))
          found.set(a.rid, { event: "accepted", providerMessageId: a.providerMessageId, atMs: a.atMs });
      }
      return { kind: "looked_up", found, complete: !fault(faults.logIncomplete, "log incomplete") };
    },
  };
  return provider;
}
