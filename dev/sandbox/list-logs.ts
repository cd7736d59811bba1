import { EVENT_NAMES } from "./event-log.ts";
import { LOG_ATTRIBUTES } from "./event-fields.ts";
import { countEvents, eventsOfMessage, readPage, type EventFilter, type EventRange } from "./event-pages.ts";
import { viewLogEntry } from "./event-view.ts";
import { json, parseJson, type Answer, type Exchange } from "./http.ts";
import type { World } from "./world.ts";

/** Mailgun's limits for a page of logs. */
const MAX_LOGS_PAGE = 1_000;
const DEFAULT_LOGS_PAGE = 100;
const DAY_MS = 86_400_000;
const DURATION_UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: DAY_MS };

/** What Mailgun documents and never happens here: to be asked for, and not found. */
const ABSENT_EVENTS = [
  "unique_opened",
  "unique_clicked",
  "rejected",
  "stored",
  "email_validation",
  "list_uploaded",
  "list_member_uploaded",
  "list_member_upload_error",
  "trapped",
];
const KNOWN_EVENTS: ReadonlySet<string> = new Set([...EVENT_NAMES, ...ABSENT_EVENTS]);

type Predicate = { attribute: string; comparator: string; values: { value: string; label?: string }[] };
type LogsQuery = {
  start?: string;
  end?: string;
  duration?: string;
  events?: string[];
  filter?: { AND?: Predicate[] };
  include_totals?: boolean;
  pagination?: { sort?: string; token?: string; limit?: number };
};
type PageToken = { boundary: number; back: boolean };

/** `POST /v1/analytics/logs`: the successor of the Events API, over all domains of the account. */
export function listLogs(world: World, exchange: Exchange): Answer {
  world.calls.logs++;
  const query = parseJson(exchange.body) as LogsQuery | undefined;
  if (query === undefined || query === null || typeof query !== "object")
    return refuse("the body must be a JSON object");
  const range = readRange(query);
  if (typeof range === "string") return refuse(range);
  const filter = createFilter(world, query);
  if (typeof filter === "string") return refuse(filter);
  const { sort = "timestamp:desc", limit = DEFAULT_LOGS_PAGE, token = "" } = query.pagination ?? {};
  if (!/^timestamp:(asc|desc)$/.test(sort))
    return refuse(`invalid sort ${sort}; use timestamp:asc or timestamp:desc`);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LOGS_PAGE)
    return refuse(`limit must be from 1 to ${MAX_LOGS_PAGE}`);
  const place = token === "" ? { boundary: null, back: false } : readToken(token);
  if (place === null) return refuse("invalid pagination token");
  const forwards = sort === "timestamp:asc";
  const found = readPage(
    world,
    filter,
    range,
    { boundary: place.boundary, ascending: forwards !== place.back },
    limit,
  );
  const indexes = place.back ? found.indexes.toReversed() : found.indexes;
  const [ahead, behind] = forwards ? [found.high, found.low] : [found.low, found.high];
  const hasNext = place.back ? indexes.length > 0 : found.more;
  const hasPrevious = place.back ? found.more : place.boundary !== null;
  return json(200, {
    start: new Date(range.beginMs).toUTCString(),
    end: new Date(range.endMs).toUTCString(),
    items: indexes.map((index) => viewLogEntry(world, index)),
    pagination: {
      ...(hasPrevious && { previous: writeToken({ boundary: behind, back: true }) }),
      ...(hasNext && { next: writeToken({ boundary: ahead, back: false }) }),
      ...(query.include_totals === true && { total: countEvents(world, filter, range) }),
    },
    aggregates: { all: 0, metrics: {} },
  });
}

function refuse(message: string): Answer {
  return json(400, { message });
}

function readRange(query: LogsQuery): EventRange | string {
  const endMs = query.end === undefined ? Date.now() : Date.parse(query.end);
  let beginMs = query.start === undefined ? endMs - DAY_MS : Date.parse(query.start);
  if (query.duration !== undefined) {
    const [, amount, unit] = /^(\d+)([mhd])$/.exec(query.duration) ?? [];
    if (amount === undefined || unit === undefined) return `invalid duration ${query.duration}; use 2h or 1d`;
    beginMs = endMs - Number(amount) * DURATION_UNIT_MS[unit]!;
  }
  if (Number.isNaN(beginMs) || Number.isNaN(endMs)) return "start and end must be dates in RFC 2822 format";
  return { beginMs, endMs };
}

function createFilter(world: World, query: LogsQuery): EventFilter | string {
  const tests: ((index: number) => boolean)[] = [];
  let candidates: readonly number[] | null = null;
  const { events } = query;
  if (events !== undefined && events.length > 0) {
    const unknown = events.find((name) => !KNOWN_EVENTS.has(name));
    if (unknown !== undefined) return `unknown event ${unknown}; there are ${[...KNOWN_EVENTS].join(", ")}`;
    tests.push((index) => events.includes(world.log.name(index)));
  }
  for (const { attribute, comparator, values } of query.filter?.AND ?? []) {
    const field = LOG_ATTRIBUTES[attribute];
    if (field === undefined)
      return `invalid filter attribute ${attribute}; use ${Object.keys(LOG_ATTRIBUTES).join(", ")}`;
    const compare = COMPARATORS[comparator];
    if (compare === undefined)
      return `invalid comparator ${comparator}; use ${Object.keys(COMPARATORS).join(", ")}`;
    if (!Array.isArray(values) || values.length === 0) return `the filter on ${attribute} has no values`;
    const wanted = values.map(({ value }) => String(value).toLowerCase());
    if (field === LOG_ATTRIBUTES["message-id"] && comparator === "=") {
      candidates = values.flatMap(({ value }) => eventsOfMessage(world, String(value))).sort((a, b) => a - b);
    }
    tests.push((index) => {
      const value = field(world, index);
      const present = (typeof value === "string" ? [value] : value).map((one) => one.toLowerCase());
      return compare(present, wanted);
    });
  }
  return { candidates, matches: (index) => tests.every((test) => test(index)) };
}

type Comparator = (present: readonly string[], wanted: readonly string[]) => boolean;
const equal: Comparator = (present, wanted) => present.some((one) => wanted.includes(one));
const contains: Comparator = (present, wanted) =>
  present.some((one) => wanted.some((part) => one.includes(part)));
const COMPARATORS: Record<string, Comparator> = {
  "=": equal,
  "!=": (present, wanted) => !equal(present, wanted),
  contains,
  "not contains": (present, wanted) => !contains(present, wanted),
};

function writeToken(token: PageToken): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function readToken(token: string): PageToken | null {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as PageToken;
  } catch {
    return null;
  }
}
