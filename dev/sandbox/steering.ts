/** What becomes of a mail after it was accepted; steered by the local part of its recipient. */
export const OUTCOMES = [
  "deliver",
  "bounce",
  "softbounce",
  "greylist",
  "open",
  "click",
  "complain",
  "unsubscribe",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

// A steering word is followed by no letter, so that `bouncer@` and `openshaw@` are people and not commands.
const STEERING = /^(?:[^+]*\+)?(bounce|softbounce|greylist|open|click|complain|unsubscribe)(?![a-z])/;

/** `bounce@`, `bounce-17@`, `bounce.x@` and `ada+bounce@` steer; every other address gets its mail. */
export function outcomeOf(address: string): Outcome {
  const match = STEERING.exec(address.slice(0, address.lastIndexOf("@")).toLowerCase());
  return (match?.[1] as Outcome | undefined) ?? "deliver";
}
