// Checks a blast against what the provider really received: nobody missed, nobody twice.
import type { Client } from "@connectrpc/connect";
import {
  type BlastService,
  BlastState,
  type BalanceSheet,
  type Delivery,
  DeliveryState,
} from "#gen/fanfare/api/v1/blast_pb.js";
import { sandboxMails } from "./sandbox-mails.ts";

/** What became of everyone in the audience, and everything that is wrong with it. */
export type BalanceCheck = {
  blastId: string;
  audience: number;
  accepted: number;
  skipped: number;
  rejected: number;
  held: number;
  /** Skipped and rejected by reason. */
  reasons: Record<string, number>;
  /** Mails beyond the first to one delivery, or to one address of the blast. */
  duplicates: number;
  /** Customers of the audience that neither reached an end nor are held, and accepted ones without a mail. */
  missing: number;
  /** Sentences; empty when the sheet closes. */
  problems: string[];
};

export type BalanceParts = {
  blasts: Pick<Client<typeof BlastService>, "getBlast" | "listDeliveries">;
  sandboxUrl: string;
  blastId: string;
  /** Normalised addresses that must not be mailed. */
  neverMail?: ReadonlySet<string>;
  /** How many of the audience there must be, when it is known. */
  expectedAudience?: number;
};

/** The contract's largest page. */
const PAGE_SIZE = 1_000;
/** Examples in one sentence: enough to start looking. */
const EXAMPLES_MAX = 5;

/** Reads the blast, all its deliveries and all its mails. It must have ended. Memory: some hundred bytes a delivery. */
export async function checkBalance(parts: BalanceParts): Promise<BalanceCheck> {
  const { blasts, blastId } = parts;
  const { blast } = await blasts.getBlast({ blastId });
  const problems = createProblems();
  if (blast?.completedAt === undefined)
    problems.add(`the blast has not ended: its state is ${BlastState[blast?.state ?? 0]}`);
  const deliveries = await readDeliveries(blasts, blastId);
  const counts = countStates(deliveries.values(), problems);
  compareCounters(blast?.balanceSheet, deliveries.size, counts, problems);
  if (parts.expectedAudience !== undefined && parts.expectedAudience !== deliveries.size)
    problems.add(`the audience is ${deliveries.size} and should be ${parts.expectedAudience}`);
  const mails = await compareMails(parts, deliveries, problems);
  return {
    blastId,
    audience: deliveries.size,
    accepted: counts.accepted,
    skipped: counts.skipped,
    rejected: counts.rejected,
    held: counts.held,
    reasons: counts.reasons,
    duplicates: mails.duplicates,
    missing: counts.unfinished + mails.missing,
    problems: problems.list(),
  };
}

async function readDeliveries(
  blasts: BalanceParts["blasts"],
  blastId: string,
): Promise<Map<string, Pick<Delivery, "id" | "customerId" | "email" | "state" | "reason">>> {
  const deliveries = new Map<string, Pick<Delivery, "id" | "customerId" | "email" | "state" | "reason">>();
  let token = "";
  do {
    const answer = await blasts.listDeliveries({ blastId, page: { size: PAGE_SIZE, token } });
    for (const { id, customerId, email, state, reason } of answer.deliveries)
      deliveries.set(id, { id, customerId, email, state, reason });
    token = answer.page?.nextToken ?? "";
  } while (token !== "");
  return deliveries;
}

type Rows = Awaited<ReturnType<typeof readDeliveries>>;
type Counts = Pick<BalanceCheck, "accepted" | "skipped" | "rejected" | "held" | "reasons"> & {
  unfinished: number;
};

function countStates(
  deliveries: Iterable<Rows extends Map<string, infer Row> ? Row : never>,
  problems: Problems,
): Counts {
  const counts: Counts = { accepted: 0, skipped: 0, rejected: 0, held: 0, reasons: {}, unfinished: 0 };
  const customers = new Set<string>();
  for (const { id, customerId, state, reason } of deliveries) {
    if (customers.has(customerId)) problems.of("customers have more than one delivery", id);
    customers.add(customerId);
    if (state === DeliveryState.ACCEPTED) counts.accepted += 1;
    else if (state === DeliveryState.HELD) counts.held += 1;
    else if (state === DeliveryState.SKIPPED || state === DeliveryState.REJECTED) {
      counts[state === DeliveryState.SKIPPED ? "skipped" : "rejected"] += 1;
      counts.reasons[reason] = (counts.reasons[reason] ?? 0) + 1;
      if (reason === "") problems.of("deliveries were not sent and say no reason", id);
    } else {
      counts.unfinished += 1;
      problems.of("deliveries have not ended", `${id} is ${DeliveryState[state]}`);
    }
  }
  return counts;
}

/** I1: the counters of the blast are the counts of its rows. */
function compareCounters(
  sheet: BalanceSheet | undefined,
  rows: number,
  counts: Counts,
  problems: Problems,
): void {
  const pairs: readonly (readonly [string, number, number])[] = [
    ["audience", sheet?.audience ?? 0, rows],
    ["accepted", sheet?.accepted ?? 0, counts.accepted],
    ["skipped", sheet?.skipped ?? 0, counts.skipped],
    ["rejected", sheet?.rejected ?? 0, counts.rejected],
    ["held", sheet?.held ?? 0, counts.held],
  ];
  for (const [name, said, counted] of pairs)
    if (said !== counted) problems.add(`the blast says ${name} ${said}, and its deliveries are ${counted}`);
  const reasons = new Set([...Object.keys(sheet?.reasons ?? {}), ...Object.keys(counts.reasons)]);
  for (const reason of reasons) {
    const [said, counted] = [sheet?.reasons[reason] ?? 0, counts.reasons[reason] ?? 0];
    if (said !== counted) problems.add(`the blast says ${reason} ${said}, and its deliveries are ${counted}`);
  }
}

async function compareMails(
  { sandboxUrl, blastId, neverMail = new Set() }: BalanceParts,
  deliveries: Rows,
  problems: Problems,
): Promise<{ duplicates: number; missing: number }> {
  const mailed = new Set<string>();
  const addresses = new Set<string>();
  let duplicates = 0;
  for await (const { rid, recipient, seq } of sandboxMails(sandboxUrl, blastId)) {
    const address = recipient.toLowerCase();
    if (neverMail.has(address)) problems.of("mails went to somebody who must not be mailed", `mail ${seq}`);
    const id = rid.slice(0, rid.lastIndexOf("/"));
    const delivery = deliveries.get(id);
    if (mailed.has(id) || addresses.has(address)) {
      duplicates += 1;
      problems.of("mails are duplicates", `mail ${seq} (${rid})`);
    }
    mailed.add(id);
    addresses.add(address);
    if (delivery === undefined) problems.of("mails belong to no delivery", `mail ${seq} (${rid})`);
    else if (delivery.state !== DeliveryState.ACCEPTED)
      problems.of(
        "mails belong to a delivery that is not accepted",
        `${id} is ${DeliveryState[delivery.state]}`,
      );
    else if (delivery.email.toLowerCase() !== address)
      problems.of("mails went to another address than their delivery's", `mail ${seq} (${rid})`);
  }
  let missing = 0;
  for (const { id, state } of deliveries.values()) {
    if (state !== DeliveryState.ACCEPTED || mailed.has(id)) continue;
    missing += 1;
    problems.of("accepted deliveries have no mail at the provider", id);
  }
  return { duplicates, missing };
}

type Problems = ReturnType<typeof createProblems>;

/** Collects what is wrong; of one kind only the number and a few examples. */
function createProblems() {
  const single: string[] = [];
  const kinds = new Map<string, { count: number; examples: string[] }>();
  return {
    add: (sentence: string) => void single.push(sentence),
    of: (kind: string, example: string) => {
      const known = kinds.get(kind) ?? { count: 0, examples: [] };
      known.count += 1;
      if (known.examples.length < EXAMPLES_MAX) known.examples.push(example);
      kinds.set(kind, known);
    },
    list: () => [
      ...single,
      ...[...kinds].map(
        ([kind, { count, examples }]) => `${count} ${kind}, for example ${examples.join(", ")}`,
      ),
    ],
  };
}
