import { createHash, timingSafeEqual } from "node:crypto";
import { Code } from "@connectrpc/connect";
import type { KeyOwner } from "#core/adapters/postgres/api-keys/find-key-owner.ts";
import type { SessionOwner } from "#core/adapters/postgres/sessions/sessions.ts";
import type { SignIn } from "../deps.ts";
import { agencyHeader, type Caller } from "../rpc/caller.ts";
import { fail } from "../rpc/fail.ts";
import { isUuid } from "../rpc/page.ts";
import { hashApiKey, looksLikeApiKey } from "./api-key.ts";
import { hashToken, refuseCrossSite, sessionCookieOf } from "./cookie.ts";

/** Finds out who calls from the request's headers. Throws Unauthenticated. */
export type Authenticate = (header: Headers) => Promise<Caller>;

/** Keys of agencies are looked up (through the cache), the operator's key is compared. `onUse` hears of each key that opened. */
export function createAuthenticate(parts: {
  operatorKey: string;
  signIn: SignIn<KeyOwner>;
  sessions: SignIn<SessionOwner>;
  onUse: (keyId: string) => void;
  /** Where people reach the API, when that is not the host of the request. */
  publicUrl: string | undefined;
}): Authenticate {
  const operatorHash = sha256(parts.operatorKey);
  return async (header) => {
    const cookie = hasKey(header) ? undefined : sessionCookieOf(header);
    if (cookie !== undefined) return bySession(header, cookie, parts);
    const key = keyOf(header);
    // Hashes have one length and tell nothing of how much was right, so the comparison takes the same time for every key.
    if (timingSafeEqual(sha256(key), operatorHash)) return operator(header);
    const owner = looksLikeApiKey(key) ? await parts.signIn.ownerOf(hashApiKey(key)) : undefined;
    if (owner === undefined) {
      throw unauthenticated(
        "unknown_api_key",
        "This API key is not known.",
        "Check that it was copied whole: ff_<8>_<43>.",
      );
    }
    if (owner.revoked) {
      throw unauthenticated(
        "api_key_revoked",
        "This API key was revoked.",
        "Ask an admin of the agency for a new one.",
      );
    }
    if (!owner.userActive) {
      throw unauthenticated(
        "user_inactive",
        "The user of this API key is not active.",
        "Ask an admin of the agency.",
      );
    }
    parts.onUse(owner.keyId);
    const { agencyId, userId, role } = owner;
    return { kind: "agency", agencyId, userId, role };
  };
}

async function bySession(
  header: Headers,
  cookie: string,
  parts: { sessions: SignIn<SessionOwner>; publicUrl: string | undefined },
): Promise<Caller> {
  refuseCrossSite(header, parts.publicUrl);
  const session = hashToken(cookie);
  const owner = await parts.sessions.ownerOf(session);
  if (owner === undefined) {
    throw unauthenticated("session_over", "This session is over.", "Sign in again.");
  }
  if (owner.kind === "operator") return { ...operator(header), operatorId: owner.operatorId, session };
  const { agencyId, userId, role } = owner;
  return { kind: "agency", agencyId, userId, role, session };
}

function hasKey(header: Headers): boolean {
  return header.has("authorization") || header.has("x-api-key");
}

function keyOf(header: Headers): string {
  const authorization = header.get("authorization")?.trim();
  const bearer = /^bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  const key = bearer ?? header.get("x-api-key")?.trim();
  if (key) return key;
  throw unauthenticated(
    "api_key_missing",
    authorization === undefined
      ? "The call carries no API key."
      : "The header authorization is not of the form `Bearer <key>`.",
    'Send the header "authorization: Bearer <key>" or "x-api-key: <key>".',
  );
}

function operator(header: Headers): Caller & { kind: "operator" } {
  const agencyId = header.get(agencyHeader)?.trim().toLowerCase();
  if (!agencyId) return { kind: "operator" };
  if (isUuid(agencyId)) return { kind: "operator", agencyId };
  throw fail(Code.InvalidArgument, {
    reason: "invalid_agency_header",
    message: `The header ${agencyHeader} is not the id of an agency.`,
    field: agencyHeader,
    hint: "It is a UUID; ListAgencies shows it.",
  });
}

function unauthenticated(reason: string, message: string, hint: string) {
  return fail(Code.Unauthenticated, { reason, message, field: "authorization", hint });
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
