import type { IncomingMessage, ServerResponse } from "node:http";
import type { Database } from "#core/adapters/postgres/database.ts";
import { addressKeyOf } from "#core/adapters/postgres/suppressions/address-key-of.ts";
import { suppress } from "#core/adapters/postgres/suppressions/suppress.ts";
import { readUnsubscribePath, type Unsubscriber } from "#core/domain/consent/unsubscribe-link.ts";
import { readBody } from "./read-body.ts";

/** Below this path are the links in mails. */
export const unsubscribePrefix = "/unsubscribe/";

// A form with one button, or RFC 8058's List-Unsubscribe=One-Click.
const maxBodyBytes = 4 * 1024;

/**
 * The link in every mail. GET shows a button and changes nothing, because mail scanners follow links; POST opts out, which is also the
 * one-click of RFC 8058. It needs no sign-in: the link is signed.
 */
export async function answerUnsubscribe(
  request: IncomingMessage,
  response: ServerResponse,
  parts: { database: Database; linkSecret: string | undefined },
): Promise<void> {
  const path = request.url?.split("?", 1)[0] ?? "";
  const who = parts.linkSecret === undefined ? undefined : readUnsubscribePath(path, parts.linkSecret);
  if (who === undefined)
    return page(
      response,
      404,
      "This link is not complete",
      "Please open it again from the mail; it may have been cut.",
    );
  if (request.method === "GET" || request.method === "HEAD") {
    const name = await agencyName(parts.database, who);
    return page(
      response,
      200,
      `Unsubscribe from ${name}?`,
      `<form method="post"><button>Unsubscribe</button></form>`,
    );
  }
  if (request.method !== "POST") return page(response, 405, "Not like this", "Use the link in the mail.");
  await readBody(request, maxBodyBytes);
  await optOut(parts.database, who);
  page(response, 200, "You are unsubscribed", "You will get no more of these mails.");
}

async function optOut(database: Database, { agencyId, customerId }: Unsubscriber): Promise<void> {
  await database.withAgency(agencyId, async (tx) => {
    const addressKey = await addressKeyOf(tx, agencyId, customerId);
    // A customer that was deleted is mailed no more anyway.
    if (addressKey === undefined) return;
    const suppressions = [{ addressKey, reason: "opted_out" as const }];
    await suppress(tx, { agencyId, suppressions, source: "link", announcedBy: "api" });
  });
}

async function agencyName(database: Database, { agencyId }: Unsubscriber): Promise<string> {
  const agency = await database.withAgency(agencyId, (tx) =>
    tx.selectFrom("agencies").select("name").where("id", "=", agencyId).executeTakeFirst(),
  );
  return escapeHtml(agency?.name ?? "these mails");
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** `title` and `content` are HTML. */
function page(response: ServerResponse, status: number, title: string, content: string): void {
  const style =
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color:#1c2430;background:#fff}" +
    "h1{font-size:1.5rem}button{font:inherit;padding:.7rem 1.4rem;border:0;border-radius:.5rem;background:#1c4ed8;color:#fff;cursor:pointer}" +
    "@media(prefers-color-scheme:dark){body{color:#e8ecf2;background:#11151b}}";
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    })
    .end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>` +
        `<style>${style}</style><h1>${title}</h1><p>${content}</p></html>`,
    );
}
