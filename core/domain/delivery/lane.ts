import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";

/** Lanes as rows hold them. */
export const laneOf = { urgent: Lane.URGENT, standard: Lane.STANDARD, bulk: Lane.BULK } as const;

/** The word for a lane; `unspecified` is what LANE_UNSPECIFIED means where it is allowed. */
export function laneText(lane: Lane, unspecified: keyof typeof laneOf = "standard"): keyof typeof laneOf {
  if (lane === Lane.URGENT) return "urgent";
  if (lane === Lane.STANDARD) return "standard";
  return lane === Lane.BULK ? "bulk" : unspecified;
}
