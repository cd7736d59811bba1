import { classifySend, type DoubtReason, type RejectReason, type RetryReason } from "./classify.ts";
import { MAX_RECIPIENTS } from "./outgoing-batch.ts";
import { asObject, readProviderEvent, type ProviderEventKind } from "./provider-event.ts";
import { watchCall } from "./wire.ts";

/** Asks for the fate of tries whose answer was lost. */
export type LookUpQuery = {
  domain: string;
  /** At most 1,000: one batch. */
  rids: readonly string[];
  /** The tag of the batch: the blast's id. */
  tag: string;
  /** When the tries were made. Keep it narrow: every event of the blast in it may have to be read. */
  fromMs: number;
  toMs: number;
  /**
   * The recipients of these tries. With them the provider is asked for these alone; without them for all of the
   * blast, which for a large one ends at `MAX_PAGES` and is then not complete.
   */
  addresses?: readonly string[];
};

/** One proof that the provider accepted a try. */
export type Evidence = { event: ProviderEventKind; providerMessageId: string; atMs: number };

export type LookUpResult =
  /** What is not in `found` is absent only when `complete`, and not before the provider's log has settled (~30 min). */
  | { kind: "looked_up"; found: ReadonlyMap<string, Evidence>; complete: boolean; pages: number }
  /** What was found before it failed is true all the same. */
  | {
      kind: "unavailable";
      reason: string;
      evidence: string;
      found: ReadonlyMap<string, Evidence>;
      retryAfterMs?: number;
    };

type LogsQuery = {
  start: Date;
  end: Date;
  events: string[];
  filter: { AND: { attribute: string; comparator: string; values: { label: string; value: string }[] }[] };
  include_subaccounts: boolean;
  pagination: { sort: string; limit: number; token?: string };
};
type LogsPage = { status?: number; items: readonly unknown[]; pagination?: { next?: string } };

/** The part of mailgun.js that reads logs. */
export type LogsClient = { list(query: LogsQuery): Promise<LogsPage> };

/** Mailgun's default; a higher maximum is not documented. */
export const PAGE_EVENTS = 100;
/** 10,000 events: a whole batch of 1,000 has 1,000 acceptances and rarely more than as many failures. */
export const MAX_PAGES = 100;
/** Recipients of one question: their events fit in a few pages. */
export const ADDRESSES_PER_QUESTION = 100;
/** mailgun.js cuts times to the second, and the provider's clock is not ours. */
export const CLOCK_MARGIN_MS = 60_000;

// Each of these can only follow an acceptance; opens and clicks would add pages and no knowledge.
const PROOFS = ["accepted", "delivered", "failed"];

/** Looks tries up in Mailgun's log (`POST /v1/analytics/logs`) page by page, and stops when all are found. */
export async function lookUp(
  client: LogsClient,
  timeoutMs: number,
  query: LookUpQuery,
  signal?: AbortSignal,
): Promise<LookUpResult> {
  const found = new Map<string, Evidence>();
  const wanted = new Set(query.rids);
  if (wanted.size > MAX_RECIPIENTS)
    throw new RangeError(`a look-up takes at most ${MAX_RECIPIENTS} rids, not ${wanted.size}`);
  let pages = 0;
  let complete = true;
  for (const addresses of portion(query.addresses)) {
    let token: string | undefined;
    do {
      if (found.size === wanted.size) return { kind: "looked_up", found, complete: true, pages };
      if (pages === MAX_PAGES) return { kind: "looked_up", found, complete: false, pages };
      const question = buildQuestion(query, addresses, token);
      const watched = await watchCall(() => client.list(question), timeoutMs, signal);
      pages++;
      const page = watched.answer;
      if (page === undefined || !Array.isArray(page.items)) return { ...judge(watched), found };
      collect(page.items, wanted, found);
      // A page with no events is the last one, whatever token it carries.
      const next: string | undefined = page.items.length === 0 ? undefined : page.pagination?.next;
      if (next !== undefined && next !== "" && next === token) complete = false;
      token = next === token || next === "" ? undefined : next;
    } while (token !== undefined);
  }
  return { kind: "looked_up", found, complete, pages };
}

function* portion(addresses: readonly string[] | undefined): Generator<readonly string[] | null> {
  if (addresses === undefined) yield null;
  for (let at = 0; at < (addresses?.length ?? 0); at += ADDRESSES_PER_QUESTION) {
    yield addresses!.slice(at, at + ADDRESSES_PER_QUESTION);
  }
}

function buildQuestion(
  query: LookUpQuery,
  addresses: readonly string[] | null,
  token: string | undefined,
): LogsQuery {
  const equals = (attribute: string, values: readonly string[]) => ({
    attribute,
    comparator: "=",
    values: values.map((value) => ({ label: value, value })),
  });
  return {
    start: new Date(query.fromMs - CLOCK_MARGIN_MS),
    end: new Date(query.toMs + CLOCK_MARGIN_MS),
    events: PROOFS,
    filter: {
      AND: [
        equals("domain", [query.domain]),
        equals("tag", [query.tag]),
        ...(addresses === null ? [] : [equals("recipient", addresses)]),
      ],
    },
    include_subaccounts: false,
    pagination: { sort: "timestamp:asc", limit: PAGE_EVENTS, ...(token !== undefined && { token }) },
  };
}

function collect(items: readonly unknown[], wanted: ReadonlySet<string>, found: Map<string, Evidence>): void {
  for (const item of items) {
    const event = readProviderEvent(asObject(item));
    if (event?.rid === undefined || !wanted.has(event.rid)) continue;
    const known = found.get(event.rid);
    if (known !== undefined && known.atMs <= event.atMs) continue;
    found.set(event.rid, { event: event.kind, providerMessageId: event.providerMessageId, atMs: event.atMs });
  }
}

/** A question changes nothing, so every failure may be asked again; the reason tells whether that has a prospect. */
function judge(watched: Parameters<typeof classifySend>[0]): {
  kind: "unavailable";
  reason: RetryReason | RejectReason | DoubtReason;
  evidence: string;
  retryAfterMs?: number;
} {
  const result = classifySend(watched, Date.now());
  if (result.kind === "accepted")
    return { kind: "unavailable", reason: "unreadable_answer", evidence: "the answer has no items" };
  const { reason, evidence } = result;
  const retryAfterMs = result.kind === "retryable" ? result.retryAfterMs : undefined;
  return { kind: "unavailable", reason, evidence, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
