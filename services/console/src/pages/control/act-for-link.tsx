import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { queryClient } from "../../connect/query-client.ts";
import cells from "./cells.module.css";

/** Goes to a blast of an agency, acting for it from there on. What was read for another agency is forgotten. */
export function BlastOfAgencyLink({
  agencyId,
  blastId,
  children,
}: {
  agencyId: string;
  blastId: string;
  children: ReactNode;
}) {
  return (
    <Link
      to="/blasts/$blastId"
      params={{ blastId }}
      search={{ agency: agencyId }}
      preload={false}
      onClick={() => queryClient.clear()}
    >
      {children}
    </Link>
  );
}

/** An agency's name, leading to its page in the control room. */
export function AgencyLink({ agencyId, children }: { agencyId: string; children: ReactNode }) {
  return (
    <Link to="/control/agencies/$agencyId" params={{ agencyId }} className={cells.line}>
      {children}
    </Link>
  );
}
