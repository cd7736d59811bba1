import {
  CalendarClock,
  HeartPulse,
  CalendarDays,
  CircleAlert,
  CreditCard,
  Gauge,
  LayoutTemplate,
  Megaphone,
  Send,
  Settings,
  Users,
  Building2,
} from "lucide-react";
import type { ReactNode } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import type { Session } from "#gen/fanfare/api/v1/session_pb.js";

/** One entry of the side bar. */
export type NavigationEntry = { to: string; label: string; icon: ReactNode };
/** Entries that belong together. */
export type NavigationGroup = { label: string; entries: NavigationEntry[] };

const size = 17;

/** What this person may go to: an agency's pages once there is an agency, the control room for operators. */
export function navigationFor(session: Session): NavigationGroup[] {
  const groups: NavigationGroup[] = [];
  if (session.agency !== undefined) {
    groups.push({
      label: "Agency",
      entries: [
        { to: "/blasts", label: "Blasts", icon: <Megaphone size={size} /> },
        { to: "/send", label: "Send", icon: <Send size={size} /> },
        { to: "/customers", label: "Customers", icon: <Users size={size} /> },
        { to: "/templates", label: "Templates", icon: <LayoutTemplate size={size} /> },
        { to: "/calendar", label: "Calendar", icon: <CalendarDays size={size} /> },
        { to: "/credits", label: "Credits", icon: <CreditCard size={size} /> },
        { to: "/settings", label: "Settings", icon: <Settings size={size} /> },
      ],
    });
  }
  if (session.user?.role === Role.ADMIN)
    groups[0]?.entries.push({
      to: "/control/errors",
      label: "Error queue",
      icon: <CircleAlert size={size} />,
    });
  if (session.operator) {
    groups.push({
      label: "Control room",
      entries: [
        { to: "/control/queues", label: "Queues", icon: <Gauge size={size} /> },
        { to: "/control/errors", label: "Error queue", icon: <CircleAlert size={size} /> },
        { to: "/control/doubts", label: "Provider and doubts", icon: <HeartPulse size={size} /> },
        { to: "/control/schedules", label: "Schedules", icon: <CalendarClock size={size} /> },
        { to: "/control/agencies", label: "Agencies", icon: <Building2 size={size} /> },
      ],
    });
  }
  return groups;
}
