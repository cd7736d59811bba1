import { mailsAfter } from "../sandbox-client.ts";
import type { Book } from "../load/book.ts";
import { optOutKey } from "../load/book.ts";

/** The sandbox's record of a run, read further after each round. */
export type Mails = {
  count: () => number;
  /** How often each delivery (`blast.seq`) was accepted, with the times. */
  byDelivery: ReadonlyMap<string, readonly Acceptance[]>;
  /** Reads what was accepted since the last time. */
  read: () => Promise<void>;
  /** Mails accepted in each second since a time. */
  perSecond: (fromMs: number, toMs: number) => number[];
};

export type Acceptance = { rid: string; recipient: string; atMs: number; domain: string };

export function createMails(sandboxUrl: string): Mails {
  const byDelivery = new Map<string, Acceptance[]>();
  const times: number[] = [];
  let lastSeq = 0;
  return {
    count: () => times.length,
    byDelivery,
    read: async () => {
      for await (const { seq, rid, recipient, atMs, domain } of mailsAfter(sandboxUrl, lastSeq)) {
        lastSeq = Math.max(lastSeq, seq);
        times.push(atMs);
        const id = rid.slice(0, rid.lastIndexOf("/"));
        const known = byDelivery.get(id);
        if (known === undefined) byDelivery.set(id, [{ rid, recipient, atMs, domain }]);
        else known.push({ rid, recipient, atMs, domain });
      }
    },
    perSecond: (fromMs, toMs) => {
      const seconds = Array.from({ length: Math.max(1, Math.ceil((toMs - fromMs) / 1_000)) }, () => 0);
      for (const atMs of times) {
        const second = Math.floor((atMs - fromMs) / 1_000);
        if (second >= 0 && second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1;
      }
      return seconds;
    },
  };
}

/** Deliveries that the provider accepted more than once. */
export function duplicates(mails: Mails): string[] {
  return [...mails.byDelivery].filter(([, accepted]) => accepted.length > 1).map(([id]) => id);
}

/** Deliveries that were accepted after an opt-out was acknowledged that did not name them. */
export function optOutViolations(mails: Mails, book: Book): string[] {
  const agencyOf = new Map(book.agencies.map(({ domain, id }) => [domain, id]));
  const found: string[] = [];
  for (const [id, acceptances] of mails.byDelivery) {
    for (const { recipient, domain, atMs } of acceptances) {
      const optOut = book.optOuts.get(optOutKey(agencyOf.get(domain) ?? "", recipient));
      const acknowledged = optOut?.acknowledgedAtMs;
      if (acknowledged !== undefined && atMs > acknowledged && !optOut?.onTheirWay.has(id)) found.push(id);
    }
  }
  return found;
}
