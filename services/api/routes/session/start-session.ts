import type { HandlerContext } from "@connectrpc/connect";
import type { Tx } from "#core/adapters/postgres/database.ts";
import type { Person } from "#core/adapters/postgres/sessions/find-people.ts";
import { insertSession } from "#core/adapters/postgres/sessions/sessions.ts";
import { mintToken, setCookie } from "../../auth/cookie.ts";
import type { ApiConfig } from "../../config.ts";
import type { Caller } from "../../rpc/caller.ts";

/** Begins a session of this person and answers the caller it makes; `giveCookie` sets the cookie, once the transaction has committed. */
export async function startSession(
  tx: Tx,
  person: Person,
): Promise<{ caller: Caller; giveCookie: (context: HandlerContext, config: ApiConfig) => void }> {
  const { text, hash } = mintToken();
  const expiresAt = await insertSession(tx, { hash, kind: person.kind, id: person.id });
  return {
    caller: callerOfPerson(person, hash),
    giveCookie: (context, config) =>
      context.responseHeader.append("set-cookie", setCookie(text, expiresAt, isSecure(config))),
  };
}

/** True when people reach us by https, so that the cookie never travels in the clear. */
export function isSecure(config: ApiConfig): boolean {
  return config.publicUrl?.startsWith("https:") ?? false;
}

function callerOfPerson(person: Person, session: Buffer): Caller {
  if (person.kind === "operator" || person.agencyId === null || person.role === null) {
    return { kind: "operator", operatorId: person.id, session };
  }
  return { kind: "agency", agencyId: person.agencyId, userId: person.id, role: person.role, session };
}
