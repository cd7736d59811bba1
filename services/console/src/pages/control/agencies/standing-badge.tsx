import { type Agency, Standing } from "#gen/fanfare/api/v1/agency_pb.js";
import { Badge } from "../../../ui/badge.tsx";

/** Whether mail of this agency may leave. */
export function StandingBadge({ agency: { standing, paused } }: { agency: Agency }) {
  if (standing === Standing.SUSPENDED) return <Badge tone="bad">Suspended</Badge>;
  if (paused) return <Badge tone="warn">Paused</Badge>;
  return <Badge tone="good">Good</Badge>;
}
