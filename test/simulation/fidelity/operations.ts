// Random calls of the ports, the same on both sides.
import type { Chance } from "../engine/chance.ts";
import type { Pair } from "./pair.ts";
import type { Step, Operation } from "./draw.ts";
import {
  order,
  direct,
  start,
  startSmall,
  feed,
  claim,
  record,
  expire,
  due,
  stalled,
  finish,
} from "./delivery-operations.ts";
import {
  steerIt,
  suppressSome,
  webhooks,
  verify,
  schedule,
  relay,
  credit,
  time,
} from "./other-operations.ts";

const operations: [name: string, weight: number, run: Operation][] = [
  ["order", 3, order], ["direct", 1, direct], ["start", 5, start], ["start-small", 2, startSmall], ["feed", 3, feed], ["claim", 7, claim], ["record", 8, record], ["expire", 2, expire],
  ["due", 2, due], ["stalled", 2, stalled], ["finish", 2, finish], ["steer", 2, steerIt], ["suppress", 1, suppressSome], ["webhooks", 3, webhooks],
  ["verify", 1, verify], ["schedule", 2, schedule], ["relay", 1, relay], ["credit", 1, credit], ["time", 3, time],
]; // prettier-ignore
const hat = operations.flatMap(([name, weight, run]) =>
  Array.from({ length: weight }, () => ({ name, run })),
);

/** One random call on both sides. */
export async function step(pair: Pair, chance: Chance): Promise<Step> {
  const { name, run } = chance.pick(hat);
  const { realText, modelText } = await run(pair, chance);
  return { name, realText, modelText };
}
