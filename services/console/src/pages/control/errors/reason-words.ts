import type { Tone } from "../../../ui/badge.tsx";

/** Why messages are given up, in words. */
export const deadReasons: readonly { key: string; label: string; meaning: string; tone: Tone }[] = [
  {
    key: "rejected",
    label: "Rejected",
    meaning: "A worker decided that it can never be done.",
    tone: "bad",
  },
  {
    key: "failures_spent",
    label: "Failures spent",
    meaning: "It failed as often as its queue allows. Once the cause is mended, put it back.",
    tone: "warn",
  },
  {
    key: "invalid",
    label: "Invalid",
    meaning: "It breaks a rule of its contract; whoever published it must mend it.",
    tone: "bad",
  },
  {
    key: "undecodable",
    label: "Undecodable",
    meaning: "Its body is not what its type says; whoever published it must mend it.",
    tone: "bad",
  },
];

/** A reason's word and tone; one of a newer worker goes by its code. */
export function deadReason(key: string): { label: string; meaning: string; tone: Tone } {
  return deadReasons.find((one) => one.key === key) ?? { label: key, meaning: "", tone: "neutral" };
}

/** The queue and lane that a subject names: `fanfare.work.<queue>.<lane>.<agency>`. */
export function placeOf(subject: string): { queue: string; lane: string } {
  const [, , queue = "", lane = ""] = subject.split(".");
  return { queue, lane };
}
