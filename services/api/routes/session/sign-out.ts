import type { ServiceImpl } from "@connectrpc/connect";
import type { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { deleteSession } from "#core/adapters/postgres/sessions/sessions.ts";
import { hashToken, refuseCrossSite, sessionCookieOf, setCookie } from "../../auth/cookie.ts";
import type { ApiDeps } from "../../deps.ts";
import { isSecure } from "./start-session.ts";

/** Ends the session of the cookie, if there is one. */
export const signOut =
  ({ database, sessions, config }: ApiDeps): ServiceImpl<typeof SessionService>["signOut"] =>
  async (_request, context) => {
    refuseCrossSite(context.requestHeader, config.publicUrl);
    const cookie = sessionCookieOf(context.requestHeader);
    if (cookie !== undefined) {
      await database.asSystem((tx) => deleteSession(tx, hashToken(cookie)));
      sessions.forget();
    }
    context.responseHeader.append("set-cookie", setCookie("", new Date(0), isSecure(config)));
    return {};
  };
