import { Lock } from "lucide-react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { useSession } from "../../app/session.ts";
import { Notice } from "../../ui/notice.tsx";

/** Says why nothing can be changed here. */
export function AdminsOnly() {
  const { user } = useSession();
  const role = user?.role === Role.SENDER ? "sender" : "viewer";
  return (
    <Notice icon={<Lock size={18} />}>
      Only admins of the agency change this; you are a {role}. Ask an admin, whom you find under Users.
    </Notice>
  );
}
