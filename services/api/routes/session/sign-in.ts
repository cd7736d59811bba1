import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { normaliseAddress } from "#core/domain/address/normalise-address.ts";
import { findPeople, type Person } from "#core/adapters/postgres/sessions/find-people.ts";
import {
  forgetSignInFailures,
  noteSignInFailure,
  signInWaitSeconds,
} from "#core/adapters/postgres/sessions/passwords.ts";
import { refuseCrossSite } from "../../auth/cookie.ts";
import { checkPassword } from "../../auth/password.ts";
import type { ApiDeps } from "../../deps.ts";
import { fail } from "../../rpc/fail.ts";
import { sessionMessage } from "./session-message.ts";
import { startSession } from "./start-session.ts";

/** E-mail and password for a cookie. Whether an address is known shows neither in the answer nor in how long it takes. */
export const signIn =
  ({ database, config }: ApiDeps): ServiceImpl<typeof SessionService>["signIn"] =>
  async (request, context) => {
    refuseCrossSite(context.requestHeader, config.publicUrl);
    const address = normaliseAddress(request.email);
    const emailKey = address.ok ? address.key : request.email.trim().toLowerCase();
    const { waitSeconds, people } = await database.asSystem(async (tx) => ({
      waitSeconds: await signInWaitSeconds(tx, emailKey),
      people: await findPeople(tx, emailKey),
    }));
    if (waitSeconds > 0) throw tooOften(waitSeconds);
    const person = await whose(people, request.password);
    if (person === undefined) {
      await database.asSystem((tx) => noteSignInFailure(tx, emailKey));
      throw fail(Code.Unauthenticated, {
        reason: "wrong_password",
        message: "The e-mail address or the password is not right.",
        field: "password",
        hint: "Try again, or ask an admin of your agency for a new link to set a password.",
      });
    }
    const { session, giveCookie } = await database.asSystem(async (tx) => {
      await forgetSignInFailures(tx, emailKey);
      const started = await startSession(tx, person);
      return { session: await sessionMessage(tx, started.caller), giveCookie: started.giveCookie };
    });
    giveCookie(context, config);
    return { session };
  };

async function whose(people: readonly Person[], password: string): Promise<Person | undefined> {
  for (const person of people) {
    if (await checkPassword(password, person.passwordHash)) return person;
  }
  if (people.length === 0) await checkPassword(password, undefined);
  return undefined;
}

function tooOften(waitSeconds: number) {
  return fail(Code.ResourceExhausted, {
    reason: "too_many_sign_ins",
    message: `Too many wrong passwords for this address; the next try is allowed in ${waitSeconds} s.`,
    field: "password",
    hint: "Wait, or ask an admin of your agency for a new link to set a password.",
  });
}
