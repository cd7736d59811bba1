import { isAddress } from "./addresses.ts";
import { parseForm } from "./form.ts";
import { json, numberFrom, parseJson, type Answer, type Exchange } from "./http.ts";
import { originOf } from "./list-events.ts";
import type { Suppression, SuppressionKind } from "./suppressions.ts";
import type { World } from "./world.ts";

/** Mailgun: up to 10,000 a page and 1,000 records a POST. */
const MAX_LIST_PAGE = 10_000;
const DEFAULT_LIST_PAGE = 100;
const MAX_POSTED = 1_000;

const NOUNS: Record<SuppressionKind, string> = {
  bounces: "Bounced",
  unsubscribes: "Unsubscribed",
  complaints: "Spam complaint",
};

/** `/v3/{domain}/{bounces|unsubscribes|complaints}[/{address}]`: GET, POST, DELETE. */
export async function editSuppressions(
  world: World,
  exchange: Exchange,
  domain: string,
  kind: SuppressionKind,
  address: string | undefined,
): Promise<Answer> {
  world.calls.suppressions++;
  switch (exchange.method) {
    case "GET":
      return address === undefined
        ? listPage(world, exchange, domain, kind)
        : getOne(world, domain, kind, address);
    case "POST":
      return post(world, exchange, domain, kind);
    case "DELETE":
      return remove(world, domain, kind, address);
    default:
      return json(405, { message: "Method Not Allowed" });
  }
}

function getOne(world: World, domain: string, kind: SuppressionKind, address: string): Answer {
  const found = world.suppressions.list(domain, kind).get(address.toLowerCase());
  return found === undefined ? json(404, { message: notFound(kind) }) : json(200, view(found, kind));
}

function listPage(world: World, exchange: Exchange, domain: string, kind: SuppressionKind): Answer {
  const query = exchange.url.searchParams;
  const limit = numberFrom(query.get("limit"), DEFAULT_LIST_PAGE, 1, MAX_LIST_PAGE);
  const page = query.get("page") ?? "first";
  const pivot = (query.get("address") ?? "").toLowerCase();
  const all = [...world.suppressions.list(domain, kind).keys()].sort();
  const keys =
    page === "last"
      ? all.slice(-limit)
      : page === "previous" || page === "prev"
        ? all.filter((key) => key < pivot).slice(-limit)
        : (page === "next" ? all.filter((key) => key > pivot) : all).slice(0, limit);
  const link = (name: string, around: string) =>
    `${originOf(exchange, world)}/v3/${domain}/${kind}?page=${name}&address=${encodeURIComponent(around)}&limit=${limit}`;
  const list = world.suppressions.list(domain, kind);
  return json(200, {
    items: keys.map((key) => view(list.get(key)!, kind)),
    paging: {
      first: link("first", ""),
      last: link("last", ""),
      next: link("next", keys.at(-1) ?? pivot),
      previous: link("previous", keys[0] ?? pivot),
    },
  });
}

async function post(
  world: World,
  exchange: Exchange,
  domain: string,
  kind: SuppressionKind,
): Promise<Answer> {
  const contentType = exchange.request.headers["content-type"] ?? "";
  const records = contentType.startsWith("application/json")
    ? readJson(exchange.body)
    : await readForm(contentType, exchange.body);
  if (records === null)
    return json(400, { message: "the body must be a form or a JSON list of records with an address" });
  if (records.length > MAX_POSTED)
    return json(400, { message: `Batch size should be less than ${MAX_POSTED}` });
  const wrong = records.find(({ address }) => typeof address !== "string" || !isAddress(address));
  if (wrong !== undefined) return json(400, { message: `Invalid address: ${String(wrong.address)}` });
  for (const { address, code, error, tags, created_at: createdAt } of records) {
    const createdAtMs = createdAt === undefined ? Date.now() : Date.parse(createdAt) || Date.now();
    world.suppressions.add(domain, kind, {
      address: String(address),
      createdAtMs,
      ...(kind === "bounces" && { code: String(code ?? "550"), error: error ?? "" }),
      ...(kind === "unsubscribes" && { tags: tags ?? ["*"] }),
    });
  }
  const one = records.length === 1 ? records[0] : undefined;
  if (one !== undefined)
    return json(200, { message: `${NOUNS[kind]} address has been added to the list`, address: one.address });
  return json(200, { message: `${records.length} addresses have been added to the ${kind} table` });
}

function remove(world: World, domain: string, kind: SuppressionKind, address: string | undefined): Answer {
  if (address === undefined) {
    for (const key of world.suppressions.list(domain, kind).keys())
      world.suppressions.remove(domain, kind, key);
    return json(200, { message: `${NOUNS[kind]} addresses for this domain have been removed` });
  }
  if (!world.suppressions.remove(domain, kind, address)) return json(404, { message: notFound(kind) });
  return json(200, { message: `${NOUNS[kind]} address has been removed`, address });
}

type Posted = {
  address?: unknown;
  code?: string | number;
  error?: string;
  tags?: string[];
  created_at?: string;
};

function readJson(body: Buffer): Posted[] | null {
  const value = parseJson(body);
  if (Array.isArray(value)) return value as Posted[];
  return typeof value === "object" && value !== null ? [value as Posted] : null;
}

async function readForm(contentType: string, body: Buffer): Promise<Posted[] | null> {
  const form = await parseForm(contentType, body);
  if (form === null) return null;
  const fields = Object.fromEntries(form.fields);
  const tags = form.fields.filter(([name]) => name === "tag" || name === "tags").map(([, value]) => value);
  return [{ ...fields, ...(tags.length > 0 && { tags }) }];
}

function view(suppression: Suppression, kind: SuppressionKind): Record<string, unknown> {
  const { address, createdAtMs, code, error, tags } = suppression;
  return {
    address,
    created_at: new Date(createdAtMs).toUTCString().replace("GMT", "UTC"),
    ...(kind === "bounces" && { code: code ?? "550", error: error ?? "" }),
    ...(kind === "unsubscribes" && { tags: tags ?? ["*"] }),
  };
}

function notFound(kind: SuppressionKind): string {
  return kind === "complaints"
    ? "No spam complaints found for this address"
    : `Address not found in ${kind} table`;
}
