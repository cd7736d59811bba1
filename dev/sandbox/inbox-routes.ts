import { html } from "./html.ts";
import { numberFrom, send, text, type Exchange } from "./http.ts";
import { inboxList, type InboxQuery } from "./inbox-page.ts";
import { mailPage } from "./mail-page.ts";
import { page } from "./page-frame.ts";
import type { World } from "./world.ts";

/** `/`, `/mail/{seq}`, and `/unsubscribe/{seq}`, where `%unsubscribe_url%` points. */
export async function routeInbox(world: World, exchange: Exchange): Promise<boolean> {
  const { path, response } = exchange;
  if (path === "/") {
    sendInbox(world, exchange);
    return true;
  }
  const [, kind, number] = /^\/(mail|unsubscribe)\/(\d+)$/.exec(path) ?? [];
  if (kind === undefined) return false;
  const seq = Number(number);
  const mail = mailPage(world, seq);
  if (mail === null) send(response, text(404, `There is no mail ${seq}.`));
  else if (kind === "mail") send(response, page(mail.title, mail.body, "", false));
  else send(response, unsubscribe(world, exchange, seq));
  return true;
}

function sendInbox(world: World, { url, request, response }: Exchange): void {
  const query: InboxQuery = {
    q: url.searchParams.get("q")?.trim() ?? "",
    tag: url.searchParams.get("tag") ?? "",
    before: numberFrom(url.searchParams.get("before"), 0, 0, Number.MAX_SAFE_INTEGER),
  };
  const list = inboxList(world, query);
  if (request.headers["x-fragment"] === "live")
    send(response, text(200, list.html, "text/html; charset=utf-8"));
  else send(response, page("Sandbox inbox", html`<div id="live">${list}</div>`, query.q, query.before === 0));
}

// A GET changes nothing: mail scanners follow links. The button posts (and so does RFC 8058's one click).
function unsubscribe(world: World, { method }: Exchange, seq: number) {
  const address = world.store.recipient(seq);
  if (method !== "POST") {
    return page(
      "Unsubscribe",
      html`<h1>Unsubscribe ${address}?</h1>
        <form method="post"><button>Unsubscribe</button></form>`,
      "",
      false,
    );
  }
  world.delivery.happen(seq, "unsubscribed");
  return page(
    "Unsubscribed",
    html`<h1>${address} is unsubscribed.</h1>
      <p>Mails from ${world.store.call(seq).domain} are no longer delivered.</p>`,
    "",
    false,
  );
}
