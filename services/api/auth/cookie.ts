import { createHash, randomBytes } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { fail } from "../rpc/fail.ts";

/** Name of the cookie that people sign in with. */
export const sessionCookie = "fanfare_session";

const secretBytes = 32;
const shape = /^[A-Za-z0-9_-]{43}$/;

/** A cookie or an invitation just made: 256 random bits. `text` is given away once, `hash` is stored. */
export function mintToken(): { text: string; hash: Buffer } {
  const text = randomBytes(secretBytes).toString("base64url");
  return { text, hash: hashToken(text) };
}

/** What is stored of a cookie or an invitation, and what it is found by. */
export function hashToken(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The session cookie of a request; undefined when there is none, or none of the right form. */
export function sessionCookieOf(header: Headers): string | undefined {
  for (const part of header.get("cookie")?.split(";") ?? []) {
    const [name, value = ""] = part.trim().split("=", 2);
    if (name === sessionCookie && shape.test(value)) return value;
  }
  return undefined;
}

/** The header that sets the cookie until `expiresAt`, or clears it. Strict: no other site can make a browser send it. */
export function setCookie(text: string, expiresAt: Date, secure: boolean): string {
  const attributes = ["Path=/", "HttpOnly", "SameSite=Strict", `Expires=${expiresAt.toUTCString()}`];
  if (secure) attributes.push("Secure");
  return [`${sessionCookie}=${text}`, ...attributes].join("; ");
}

/**
 * Refuses a request that a browser says comes from a page of another origin; programs send none of these headers. `publicUrl` is
 * where people reach us, when a proxy in front changes the host. Throws PermissionDenied.
 */
export function refuseCrossSite(header: Headers, publicUrl: string | undefined): void {
  if (!isCrossSite(header, publicUrl)) return;
  throw fail(Code.PermissionDenied, {
    reason: "cross_site",
    message: "This call comes from a page of another origin.",
    field: "origin",
    hint: "Call from Fanfare's own pages, or use an API key. Behind a proxy, set FANFARE_PUBLIC_URL.",
  });
}

function isCrossSite(header: Headers, publicUrl: string | undefined): boolean {
  const site = header.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return true;
  const origin = header.get("origin");
  if (origin === null) return false;
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return false;
  return !URL.canParse(origin) || new URL(origin).host !== header.get("host");
}
