import type { ServiceImpl } from "@connectrpc/connect";
import type { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { getSession } from "./get-session.ts";
import { inviteOperator, inviteUser } from "./invite.ts";
import { acceptInvitation, changePassword } from "./set-password.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";

/** All RPCs of SessionService. */
export const sessionRoutes = (deps: ApiDeps): ServiceImpl<typeof SessionService> => ({
  signIn: signIn(deps),
  signOut: signOut(deps),
  getSession: getSession(deps),
  inviteUser: inviteUser(deps),
  inviteOperator: inviteOperator(deps),
  acceptInvitation: acceptInvitation(deps),
  changePassword: changePassword(deps),
});
