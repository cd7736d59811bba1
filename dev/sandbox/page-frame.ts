import { randomBytes } from "node:crypto";
import type { Answer } from "./http.ts";
import { html, type Html } from "./html.ts";
import { INBOX_STYLE } from "./inbox-style.ts";

/** How often the list is fetched anew while somebody looks at it. */
const REFRESH_MS = 2_000;

// Only #live is replaced, so that what is being typed into the search stays.
const REFRESH_SCRIPT = `
const live = document.getElementById("live");
setInterval(async () => {
  if (document.hidden || !live || getSelection()?.toString()) return;
  try {
    const answer = await fetch(location.href, { headers: { "x-fragment": "live" } });
    if (!answer.ok) return;
    const text = await answer.text();
    if (text !== live.dataset.text) { live.innerHTML = text; live.dataset.text = text; }
  } catch {}
}, ${REFRESH_MS});
`;

/**
 * A page under a policy that lets nothing in from elsewhere. A mail's frame takes the policy over, so that its
 * styles work and its scripts, trackers and forms do not.
 */
export function page(title: string, body: Html, search: string, refresh: boolean): Answer {
  const nonce = randomBytes(16).toString("base64");
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${{ html: INBOX_STYLE }}
        </style>
      </head>
      <body>
        <div class="shell">
          <header>
            <a class="brand" href="/"
              ><span class="mark" aria-hidden="true">${ENVELOPE}</span
              ><span>Sandbox inbox <small>nothing here was really sent</small></span></a
            >
            <form class="search" role="search" action="/">
              <input
                type="search"
                name="q"
                value="${search}"
                placeholder="Search address, subject or tag"
                aria-label="Search mails"
              />
            </form>
          </header>
          ${body}
        </div>
        ${
          refresh &&
          html`<script nonce="${nonce}">
            ${{ html: REFRESH_SCRIPT }};
          </script>`
        }
      </body>
    </html> `.html;
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "form-action 'self'",
    "base-uri 'self'",
    "frame-ancestors 'none'",
    ...(refresh ? [`script-src 'nonce-${nonce}'`, "connect-src 'self'"] : []),
  ].join("; ");
  return {
    status: 200,
    body: document,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
  };
}

const ENVELOPE: Html = {
  html: '<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><rect x="3" y="5" width="18" height="14" rx="3"/><path d="m4 8 8 6 8-6"/></svg>',
};
