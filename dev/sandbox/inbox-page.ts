import type { FaultRule } from "./faults.ts";
import { html, type Html } from "./html.ts";
import { eventsOfMail } from "./event-pages.ts";
import { mailMatcher } from "./list-mails.ts";
import { statsOf } from "./stats.ts";
import type { World } from "./world.ts";

export type InboxQuery = { q: string; tag: string; before: number };

const MAILS_PER_PAGE = 50;
/** A search looks this far back: some hundred milliseconds of work. */
const MAX_SEARCHED = 200_000;

/** The part of the inbox that is renewed while one looks at it. */
export function inboxList(world: World, query: InboxQuery): Html {
  const { seqs, more, searched } = findMails(world, query);
  const older = new URLSearchParams({
    ...(query.q && { q: query.q }),
    ...(query.tag && { tag: query.tag }),
    before: String(seqs.at(-1) ?? 0),
  });
  return html`${stats(world)}${faults(world)}
    ${query.tag !== "" && html`<p><span class="tag">${query.tag}</span> <a class="back" href="/">show all</a></p>`}
    <main class="card">${seqs.length === 0 ? empty(world, query) : seqs.map((seq) => row(world, seq))}</main>
    <nav class="pages">
      <span
        >${placeOf(world, query, seqs)}${searched === MAX_SEARCHED && ` · searched the newest ${number(MAX_SEARCHED)}`}</span
      >
      <span
        >${query.before > 0 && html`<a href="/">newest</a> `}${more && html`<a href="/?${older.toString()}">older →</a>`}</span
      >
    </nav>`;
}

function findMails(
  world: World,
  { q, tag, before }: InboxQuery,
): { seqs: number[]; more: boolean; searched: number } {
  const byTag = mailMatcher(world, { tag });
  const wanted = q.toLowerCase();
  const byRecipient = mailMatcher(world, { to: q });
  const bySubject = mailMatcher(world, { subject: q });
  const matches = (seq: number) =>
    byTag(seq) &&
    (q === "" ||
      byRecipient(seq) ||
      bySubject(seq) ||
      world.store.call(seq).tags.some((one) => one.toLowerCase().includes(wanted)));
  const seqs: number[] = [];
  let searched = 0;
  for (
    let seq = before > 0 ? before - 1 : world.store.count;
    seq >= 1 && searched < MAX_SEARCHED;
    seq--, searched++
  ) {
    if (!matches(seq)) continue;
    if (seqs.length === MAILS_PER_PAGE) return { seqs, more: true, searched };
    seqs.push(seq);
  }
  return { seqs, more: false, searched };
}

function placeOf(world: World, { q, tag }: InboxQuery, seqs: readonly number[]): string {
  const [newest, oldest] = [seqs[0], seqs.at(-1)];
  if (newest === undefined || oldest === undefined) return "";
  if (q !== "" || tag !== "") return `${number(seqs.length)} found here`;
  return `${number(oldest)} – ${number(newest)} of ${number(world.store.count)}`;
}

function stats(world: World): Html {
  const { accepted, duplicates, events, undelivered, calls } = statsOf(world);
  return html`<dl class="stats">
    <div>
      <dt>Accepted</dt>
      <dd>${number(accepted)}</dd>
    </div>
    <div>
      <dt>In calls</dt>
      <dd>${number(calls.accepted)}</dd>
    </div>
    <div>
      <dt>Delivered</dt>
      <dd class="good">${number(events["delivered"] ?? 0)}</dd>
    </div>
    <div>
      <dt>Failed</dt>
      <dd class="${(events["failed"] ?? 0) > 0 && "bad"}">${number(events["failed"] ?? 0)}</dd>
    </div>
    <div>
      <dt>On the way</dt>
      <dd>${number(undelivered)}</dd>
    </div>
    <div>
      <dt>Duplicates</dt>
      <dd class="${duplicates > 0 && "bad"}">${number(duplicates)}</dd>
    </div>
  </dl>`;
}

function faults(world: World): Html | false {
  const { rules } = world.faults;
  if (rules.length === 0) return false;
  return html`<section class="faults">
    <b>${rules.length === 1 ? "1 fault" : `${rules.length} faults`} at work</b>
    <ul>
      ${rules.map((rule) => html`<li>${describe(rule)} – struck ${number(rule.struck)}×</li>`)}
    </ul>
  </section>`;
}

function describe({ kind, match, probability, count, latencyMs }: FaultRule): string {
  const parts: string[] = [kind];
  if (latencyMs !== undefined) parts.push(`${latencyMs} ms`);
  if (probability !== undefined) parts.push(`in ${Math.round(probability * 100)} % of calls`);
  if (count !== undefined) parts.push(`at most ${count}×`);
  for (const [name, value] of Object.entries(match ?? {})) parts.push(`${name} “${value}”`);
  return parts.join(", ");
}

function row(world: World, seq: number): Html {
  const call = world.store.call(seq);
  const recipient = world.store.recipient(seq);
  const [state, tone] = stateOf(world, seq);
  const name = world.store.name(seq);
  const [initial = "?"] = name || recipient;
  return html`<a class="mail" href="/mail/${seq}">
    <span class="face" style="--hue:${hueOf(recipient)}" aria-hidden="true">${initial.toUpperCase()}</span>
    <span class="subject">${world.store.subject(seq)}</span>
    <time datetime="${new Date(call.acceptedAtMs).toISOString()}">${clock(call.acceptedAtMs)}</time>
    <span class="meta"
      >${name === "" ? recipient : `${name} · ${recipient}`}${call.tags.slice(0, 3).map((tag) => html`<span class="tag">${tag}</span>`)}</span
    >
    <span class="state ${tone}">${state}</span>
  </a> `;
}

/** What became of a mail, in a word, and the colour of that word. */
export function stateOf(world: World, seq: number): readonly [state: string, tone: string] {
  const last = eventsOfMail(world, seq).at(-1)!;
  const name = world.log.name(last);
  if (name === "accepted") return [world.store.call(seq).testMode ? "test mode" : "accepted", ""];
  if (name === "complained" || name === "unsubscribed") return [name, "warn"];
  if (name !== "failed") return [name, "good"];
  return world.log.detail(last).severity === "temporary"
    ? ["deferred", "warn"]
    : [world.log.detail(last).reason ?? "failed", "bad"];
}

function empty(world: World, query: InboxQuery): Html {
  if (query.q !== "" || query.tag !== "")
    return html`<div class="empty"><b>Nothing found</b>No mail matches this search.</div>`;
  return html`<div class="empty">
    <b>No mail yet</b>Send one to <code>${world.baseUrl}/v3/example.com/messages</code> and it appears here.
  </div>`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** Times are UTC, as everything that the sandbox says. */
function clock(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return Date.now() - atMs < 86_400_000 ? iso.slice(11, 19) : iso.slice(0, 10);
}

function hueOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + character.codePointAt(0)!) % 360;
  return hash;
}
