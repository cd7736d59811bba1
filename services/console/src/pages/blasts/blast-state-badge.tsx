import { BlastState } from "#gen/fanfare/api/v1/blast_pb.js";
import { Badge, type Tone } from "../../ui/badge.tsx";

const shown: Record<BlastState, { word: string; tone: Tone; live?: boolean }> = {
  [BlastState.UNSPECIFIED]: { word: "Unknown", tone: "neutral" },
  [BlastState.ACCEPTED]: { word: "Accepted", tone: "info", live: true },
  [BlastState.FREEZING]: { word: "Freezing", tone: "info", live: true },
  [BlastState.SENDING]: { word: "Sending", tone: "accent", live: true },
  [BlastState.PAUSED]: { word: "Paused", tone: "warn" },
  [BlastState.COMPLETED]: { word: "Completed", tone: "good" },
  [BlastState.CANCELLED]: { word: "Cancelled", tone: "neutral" },
  [BlastState.REFUSED]: { word: "Refused", tone: "bad" },
};

/** How a blast stands. */
export function BlastStateBadge({ state }: { state: BlastState }) {
  const { word, tone, live = false } = shown[state];
  return (
    <Badge tone={tone} dot={live}>
      {word}
    </Badge>
  );
}
