import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { readPerson } from "#core/adapters/postgres/sessions/find-people.ts";
import { takeInvitation } from "#core/adapters/postgres/sessions/invitations.ts";
import { setPassword } from "#core/adapters/postgres/sessions/passwords.ts";
import { deleteSessionsOf } from "#core/adapters/postgres/sessions/sessions.ts";
import { hashToken, refuseCrossSite } from "../../auth/cookie.ts";
import { checkPassword, hashPassword } from "../../auth/password.ts";
import type { ApiDeps } from "../../deps.ts";
import { callerOf } from "../../rpc/caller.ts";
import { fail } from "../../rpc/fail.ts";
import { sessionMessage } from "./session-message.ts";
import { startSession } from "./start-session.ts";

/** Sets the password of whoever was invited, ends earlier sessions and begins one. */
export const acceptInvitation =
  ({ database, sessions, config }: ApiDeps): ServiceImpl<typeof SessionService>["acceptInvitation"] =>
  async (request, context) => {
    refuseCrossSite(context.requestHeader, config.publicUrl);
    const hash = await hashPassword(request.password);
    const { session, giveCookie } = await database.asSystem(async (tx) => {
      const personId = await takeInvitation(tx, hashToken(request.token));
      const person = personId === undefined ? undefined : await readPerson(tx, personId);
      if (person === undefined) {
        throw fail(Code.NotFound, {
          reason: "unknown_invitation",
          message: "This link was used already, or is too old.",
          field: "token",
          hint: "Ask an admin of your agency for a new one.",
        });
      }
      await setPassword(tx, person.id, hash);
      await deleteSessionsOf(tx, person.id);
      const started = await startSession(tx, person);
      return { session: await sessionMessage(tx, started.caller), giveCookie: started.giveCookie };
    });
    sessions.forget();
    giveCookie(context, config);
    return { session };
  };

/** A new password for oneself, with the old one. */
export const changePassword =
  ({ database, sessions }: ApiDeps): ServiceImpl<typeof SessionService>["changePassword"] =>
  async (request, context) => {
    const caller = callerOf(context);
    const personId =
      caller.kind === "agency" ? caller.userId : caller.kind === "operator" ? caller.operatorId : undefined;
    const person =
      personId === undefined ? undefined : await database.asSystem((tx) => readPerson(tx, personId));
    if (person === undefined || !(await checkPassword(request.oldPassword, person.passwordHash))) {
      throw fail(Code.PermissionDenied, {
        reason: "wrong_password",
        message: "The old password is not right.",
        field: "old_password",
        hint: "Try again, or ask an admin of your agency for a new link to set a password.",
      });
    }
    const hash = await hashPassword(request.newPassword);
    await database.asSystem(async (tx) => {
      await setPassword(tx, person.id, hash);
      await deleteSessionsOf(tx, person.id, caller.session);
    });
    sessions.forget();
    return {};
  };
