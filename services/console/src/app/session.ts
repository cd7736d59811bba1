import { createContext, useContext } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import type { Session } from "#gen/fanfare/api/v1/session_pb.js";

/** Who is signed in; set by the shell, so every page below it has one. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in. Throws outside the shell. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("useSession is for pages below the shell");
  return session;
}

/** True when whoever is signed in may do what needs `role`; an operator acts as admin of the agency that was chosen. */
export function useMay(role: Role): boolean {
  const session = useSession();
  return session.operator ? session.agency !== undefined : (session.user?.role ?? Role.UNSPECIFIED) >= role;
}
