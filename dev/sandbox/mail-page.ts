import { viewEvent } from "./event-view.ts";
import { eventsOfMail } from "./event-pages.ts";
import { html, type Html } from "./html.ts";
import { viewMail, type Mail } from "./mail-view.ts";
import type { World } from "./world.ts";

/** One mail, as its recipient would see it and as its headers have it; null when there is none of that number. */
export function mailPage(world: World, seq: number): { title: string; body: Html } | null {
  const mail = viewMail(world, seq);
  if (mail === null) return null;
  const body = html`<a class="back" href="/">← all mails</a>
    <h1>${mail.subject}</h1>
    <dl class="facts">
      <dt>To</dt>
      <dd>${mail.to}</dd>
      ${
        mail.cc !== "" &&
        html`<dt>Cc</dt>
          <dd>${mail.cc}</dd>`
      }
      <dt>From</dt>
      <dd>${mail.from}</dd>
      <dt>Accepted</dt>
      <dd><time datetime="${mail.time}">${mail.time.replace("T", " ").replace("Z", " UTC")}</time></dd>
      ${
        mail.tags.length > 0 &&
        html`<dt>Tags</dt>
          <dd>
            ${mail.tags.map((tag) => html`<a class="tag" href="/?tag=${encodeURIComponent(tag)}">${tag}</a>`)}
          </dd>`
      }
    </dl>
    <main class="card">
      ${bodyOf(mail)}
      ${mail.html !== "" && mail.text !== "" && section("Plain text", `${mail.text.length} characters`, html`<pre>${mail.text}</pre>`)}
      ${section("Events", String(eventsOfMail(world, seq).length), events(world, seq))}
      ${section("Headers and variables", String(mail.headers.length + Object.keys(mail.variables).length), table(identity(mail)))}
      ${mail.html !== "" && section("HTML source", `${mail.html.length} characters`, html`<pre>${mail.html}</pre>`)}
    </main>`;
  return { title: mail.subject, body };
}

function bodyOf(mail: Mail): Html {
  if (!mail.bodyKept) {
    return html`<div class="empty">
      <b>The body is gone</b>The sandbox keeps the newest bodies only; what is known of this mail is below.
    </div>`;
  }
  if (mail.html === "") return html`<pre style="padding-top:1rem">${mail.text}</pre>`;
  // Links open in a tab of their own; scripts, forms and every request from within are off.
  const head =
    '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:"><base target="_blank">';
  return html`<iframe
    title="The mail as HTML"
    sandbox="allow-popups allow-popups-to-escape-sandbox"
    referrerpolicy="no-referrer"
    srcdoc="${head + mail.html}"
  ></iframe>`;
}

function section(title: string, aside: string, content: Html): Html {
  return html`<details>
    <summary>${title} <span>${aside}</span></summary>
    ${content}
  </details>`;
}

function identity(mail: Mail): (readonly [string, string])[] {
  return [
    ["message-id", mail.id],
    ["domain", mail.domain],
    ["seq", String(mail.seq)],
    ...mail.headers.map(([name, value]) => [`h:${name}`, value] as const),
    ...Object.entries(mail.variables).map(([name, value]) => [`v:${name}`, value] as const),
    ...mail.attachments.map((name) => ["attachment", name] as const),
  ];
}

function events(world: World, seq: number): Html {
  return table(
    eventsOfMail(world, seq).map((index) => {
      const { severity, reason, url } = world.log.detail(index);
      const detail = [severity, reason, url].filter(Boolean).join(" · ");
      return [
        new Date(world.log.atMs(index)).toISOString().slice(11, 23),
        `${viewEvent(world, index).event}${detail && ` – ${detail}`}`,
      ] as const;
    }),
  );
}

function table(rows: readonly (readonly [string, string])[]): Html {
  return html`<table class="kv">
    <tbody>
      ${rows.map(
        ([name, value]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
