import { EVENT_FIELDS, SEARCHED_FIELDS, hasVariables } from "./event-fields.ts";
import { eventsOfMessage, eventsOfRid, readPage, type EventFilter, type EventRange } from "./event-pages.ts";
import { viewEvent } from "./event-view.ts";
import { json, numberFrom, type Answer, type Exchange } from "./http.ts";
import { RID_VARIABLE } from "./mail-store.ts";
import type { World } from "./world.ts";

/** Mailgun: «limit: the number of entries to return (300 max)». */
const MAX_EVENTS_PAGE = 300;
const DEFAULT_EVENTS_PAGE = 100;

type PageToken = { query: string; boundary: number | null; back: boolean };

/** `GET /v3/{domain}/events` and its pages, `GET /v3/{domain}/events/{token}`. */
export function listEvents(
  world: World,
  exchange: Exchange,
  domain: string,
  token: string | undefined,
): Answer {
  world.calls.events++;
  const page =
    token === undefined
      ? { query: exchange.url.search.slice(1), boundary: null, back: false }
      : readToken(token);
  if (page === null) return json(400, { message: "Invalid page token" });
  const query = new URLSearchParams(page.query);
  const range = readRange(query);
  if (typeof range === "string") return json(400, { message: range });
  const filter = createFilter(world, domain, query);
  if (typeof filter === "string") return json(400, { message: filter });
  const limit = numberFrom(query.get("limit"), DEFAULT_EVENTS_PAGE, 1, MAX_EVENTS_PAGE);
  const ascending = page.back ? !range.ascending : range.ascending;
  const found = readPage(world, filter, range, { boundary: page.boundary, ascending }, limit);
  const indexes = page.back ? found.indexes.toReversed() : found.indexes;
  const [ahead, behind] = range.ascending ? [found.high, found.low] : [found.low, found.high];
  const link = (boundary: number | null, back: boolean) => {
    const next: PageToken = { query: page.query, boundary, back };
    return `${originOf(exchange, world)}/v3/${domain}/events/${Buffer.from(JSON.stringify(next)).toString("base64url")}`;
  };
  return json(200, {
    items: indexes.map((index) => viewEvent(world, index)),
    paging: {
      next: link(ahead, false),
      previous: link(behind, true),
      first: link(null, false),
      last: link(null, true),
    },
  });
}

/** A client may know us by another name than we do (a container's port map): links keep to the name that it used. */
export function originOf(exchange: Exchange, world: World): string {
  const { host } = exchange.request.headers;
  return host === undefined ? world.baseUrl : `http://${host}`;
}

function readToken(token: string): PageToken | null {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as PageToken;
  } catch {
    return null;
  }
}

function readRange(query: URLSearchParams): (EventRange & { ascending: boolean }) | string {
  const begin = readTime(query.get("begin"));
  const end = readTime(query.get("end"));
  if (Number.isNaN(begin) || Number.isNaN(end))
    return "begin and end must be epoch seconds or dates in RFC 2822 format";
  const wished = query.get("ascending");
  const ascending =
    wished === null ? begin !== null && end !== null && begin <= end : /^(yes|true|1)$/i.test(wished);
  const [from, to] = ascending ? [begin, end] : [end, begin];
  // With both ends given their order does not matter for what is in between.
  if (from !== null && to !== null)
    return { beginMs: Math.min(from, to), endMs: Math.max(from, to), ascending };
  return { beginMs: from ?? -Infinity, endMs: to ?? Infinity, ascending };
}

function readTime(value: string | null): number | null {
  if (value === null || value === "") return null;
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
}

function createFilter(world: World, domain: string, query: URLSearchParams): EventFilter | string {
  const tests: ((index: number) => boolean)[] = [];
  let candidates: readonly number[] | null = null;
  const messageId = query.get("message-id");
  if (messageId !== null && !messageId.includes(" ")) candidates = eventsOfMessage(world, messageId);
  const variables = query.get("user-variables");
  if (variables !== null) {
    const wanted = parseVariables(variables);
    if (wanted === null) return 'user-variables must be a JSON object, like {"rid":"…"}';
    const rid = wanted[RID_VARIABLE];
    if (typeof rid === "string" && candidates === null) candidates = eventsOfRid(world, rid);
    tests.push((index) => hasVariables(world, index, wanted));
  }
  tests.push((index) => world.store.call(world.log.seq(index)).domain === domain);
  for (const [name, field] of Object.entries(EVENT_FIELDS)) {
    const expression = query.get(name);
    if (expression === null || expression === "") continue;
    const matches = parseExpression(expression, SEARCHED_FIELDS.has(name));
    tests.push((index) => {
      const value = field(world, index);
      return typeof value === "string" ? matches(value) : value.some(matches);
    });
  }
  return { candidates, matches: (index) => tests.every((test) => test(index)) };
}

function parseVariables(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Mailgun's filter expressions: `a`, `a OR b`, `a AND b`, `NOT a`, `"a phrase"`. */
function parseExpression(expression: string, searched: boolean): (value: string) => boolean {
  const alternatives = expression
    .split(/\s+OR\s+/)
    .map((part) => part.split(/\s+AND\s+/).map((term) => parseTerm(term, searched)));
  return (value) => alternatives.some((terms) => terms.every((term) => term(value.toLowerCase())));
}

function parseTerm(term: string, searched: boolean): (lowered: string) => boolean {
  const negated = /^NOT\s+/.test(term);
  const wanted = term
    .replace(/^NOT\s+/, "")
    .replace(/^"(.*)"$/, "$1")
    .trim()
    .toLowerCase();
  return (lowered) => (searched ? lowered.includes(wanted) : lowered === wanted) !== negated;
}
