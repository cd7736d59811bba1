import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { json, numberFrom, send, type Exchange } from "./http.ts";
import type { World } from "./world.ts";

/** JSON is built whole and therefore short; ndjson is streamed, and one answer may hold all that the sandbox has. */
const MAX_JSON_PAGE = 10_000;
const DEFAULT_JSON_PAGE = 100;
const MAX_NDJSON_PAGE = 10_000_000;
/** Lines written at once: some hundred KB. */
const LINES_PER_WRITE = 1_000;

export type MailFilter = {
  tag?: string | null;
  rid?: string | null;
  to?: string | null;
  subject?: string | null;
};

/** A line about a mail, cheap enough to make a million of. */
export function compactMail(world: World, seq: number) {
  const call = world.store.call(seq);
  return {
    seq,
    id: call.messageId,
    recipient: world.store.recipient(seq),
    rid: world.store.rid(seq),
    time: new Date(call.acceptedAtMs).toISOString(),
    domain: call.domain,
    tags: call.tags,
    subject: world.store.subject(seq),
  };
}

/** `GET /_sandbox/mails?tag=&rid=&to=&after=&limit=&format=json|ndjson`, in the order of acceptance. */
export async function listMails(world: World, { url, request, response }: Exchange): Promise<void> {
  const query = url.searchParams;
  const matches = mailMatcher(world, { tag: query.get("tag"), rid: query.get("rid"), to: query.get("to") });
  const after = numberFrom(query.get("after"), 0, 0, Number.MAX_SAFE_INTEGER);
  const ndjson = query.get("format") === "ndjson" || (request.headers.accept ?? "").includes("ndjson");
  if (!ndjson) {
    const limit = numberFrom(query.get("limit"), DEFAULT_JSON_PAGE, 1, MAX_JSON_PAGE);
    const seqs: number[] = [];
    let seq = after + 1;
    for (; seq <= world.store.count && seqs.length < limit; seq++) if (matches(seq)) seqs.push(seq);
    send(
      response,
      json(200, {
        items: seqs.map((one) => compactMail(world, one)),
        next: seq <= world.store.count ? seq - 1 : null,
      }),
    );
    return;
  }
  const limit = numberFrom(query.get("limit"), MAX_NDJSON_PAGE, 1, MAX_NDJSON_PAGE);
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  await pipeline(Readable.from(lines(world, matches, after, limit)), response).catch(() => {
    // The reader went away in the middle: that is its right.
  });
}

function* lines(
  world: World,
  matches: (seq: number) => boolean,
  after: number,
  limit: number,
): Generator<string> {
  let left = limit;
  let some: string[] = [];
  for (let seq = after + 1; seq <= world.store.count && left > 0; seq++) {
    if (!matches(seq)) continue;
    left--;
    some.push(`${JSON.stringify(compactMail(world, seq))}\n`);
    if (some.length < LINES_PER_WRITE) continue;
    yield some.join("");
    some = [];
  }
  yield some.join("");
}

export function mailMatcher(world: World, { tag, rid, to, subject }: MailFilter): (seq: number) => boolean {
  const tests: ((seq: number) => boolean)[] = [];
  const [wantedTo, wantedSubject] = [to?.toLowerCase() ?? "", subject?.toLowerCase() ?? ""];
  if (tag) tests.push((seq) => world.store.call(seq).tags.includes(tag));
  if (rid) tests.push((seq) => world.store.rid(seq) === rid);
  if (wantedTo) tests.push((seq) => world.store.recipient(seq).toLowerCase().includes(wantedTo));
  if (wantedSubject) tests.push((seq) => world.store.subject(seq).toLowerCase().includes(wantedSubject));
  return (seq) => tests.every((test) => test(seq));
}
