import { DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import type { Tone } from "../../ui/badge.tsx";

/** A state as it is shown, and as it is written in addresses. */
export type DeliveryStateWords = { key: string; word: string; tone: Tone; meaning: string };

/** Every state of a delivery in words for people. */
export const deliveryStates: Record<DeliveryState, DeliveryStateWords> = {
  [DeliveryState.UNSPECIFIED]: { key: "", word: "Unknown", tone: "neutral", meaning: "" },
  [DeliveryState.PENDING]: {
    key: "pending",
    word: "Waiting",
    tone: "neutral",
    meaning: "Waits for its turn in the blast.",
  },
  [DeliveryState.QUEUED]: {
    key: "queued",
    word: "Queued",
    tone: "neutral",
    meaning: "On the queue, waits for a worker.",
  },
  [DeliveryState.SENDING]: {
    key: "sending",
    word: "Sending",
    tone: "accent",
    meaning: "On its way to the mail provider.",
  },
  [DeliveryState.ACCEPTED]: {
    key: "accepted",
    word: "Accepted",
    tone: "good",
    meaning: "The mail provider has it.",
  },
  [DeliveryState.SKIPPED]: {
    key: "skipped",
    word: "Skipped",
    tone: "neutral",
    meaning: "We decided not to send it.",
  },
  [DeliveryState.REJECTED]: { key: "rejected", word: "Rejected", tone: "bad", meaning: "Refused for good." },
  [DeliveryState.RETRY]: {
    key: "retrying",
    word: "Retrying",
    tone: "warn",
    meaning: "Did not get through; tried again later.",
  },
  [DeliveryState.IN_DOUBT]: {
    key: "in-doubt",
    word: "In doubt",
    tone: "info",
    meaning: "The provider's answer was lost; its log is asked.",
  },
  [DeliveryState.HELD]: {
    key: "held",
    word: "Held",
    tone: "warn",
    meaning: "Most likely not sent; a person decides.",
  },
};

/** The state that an address names; undefined for none. */
export function stateOfKey(key: string | undefined): DeliveryState | undefined {
  const found = Object.entries(deliveryStates).find(([, words]) => words.key !== "" && words.key === key);
  return found === undefined ? undefined : (Number(found[0]) as DeliveryState);
}
