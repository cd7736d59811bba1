import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { DoubtPolicy } from "#gen/fanfare/options/v1/doubt_policy_pb.js";

/** Lanes in words, with the sentence that says when to choose each. */
export const laneWords: Record<Lane, { key: string; label: string; hint: string }> = {
  [Lane.UNSPECIFIED]: { key: "", label: "Standard", hint: "" },
  [Lane.URGENT]: {
    key: "urgent",
    label: "Urgent",
    hint: "An emergency: it goes before everything else you send.",
  },
  [Lane.STANDARD]: {
    key: "standard",
    label: "Standard",
    hint: "The ordinary blast: soon, and fairly beside others.",
  },
  [Lane.BULK]: {
    key: "bulk",
    label: "Bulk",
    hint: "Newsletters: whatever may wait behind the rest.",
  },
};

/** Doubt policies in words. */
export const doubtWords: Record<DoubtPolicy, { key: string; label: string; hint: string }> = {
  [DoubtPolicy.UNSPECIFIED]: { key: "agency", label: "As the agency's settings say", hint: "" },
  [DoubtPolicy.HOLD]: {
    key: "hold",
    label: "Hold it for a person",
    hint: "Nobody gets the mail twice; somebody decides about the few that are unclear.",
  },
  [DoubtPolicy.RESEND]: {
    key: "resend",
    label: "Send it again",
    hint: "Nobody is missed; a few may get the mail twice.",
  },
};
