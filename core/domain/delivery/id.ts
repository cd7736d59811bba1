/** Names one delivery: a blast and the number of the customer in its frozen audience, from 1. */
export interface DeliveryRef {
  blastId: string;
  seq: number;
}

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const deliveryIdPattern = new RegExp(`^(${uuid})\\.([1-9][0-9]{0,9})$`);
const ridPattern = new RegExp(`^(${uuid}\\.[1-9][0-9]{0,9})/([1-9][0-9]{0,4})$`);

/** Text form of a delivery: `<blast id>.<sequence>`. */
export function formatDeliveryId(blastId: string, seq: number): string {
  return `${blastId}.${seq}`;
}

/** Reads `formatDeliveryId`'s text; undefined when it is none. */
export function parseDeliveryId(text: string): DeliveryRef | undefined {
  const match = deliveryIdPattern.exec(text);
  if (match === null) return undefined;
  return { blastId: match[1]!, seq: Number(match[2]) };
}

/** The correlation id that travels with a try (`v:rid`): provider logs and webhooks name the delivery and the attempt by it. */
export function formatRid(blastId: string, seq: number, attempt: number): string {
  return `${blastId}.${seq}/${attempt}`;
}

/** Reads `formatRid`'s text; undefined when it is none of ours. */
export function parseRid(text: string): (DeliveryRef & { attempt: number }) | undefined {
  const match = ridPattern.exec(text);
  if (match === null) return undefined;
  const ref = parseDeliveryId(match[1]!);
  return ref === undefined ? undefined : { ...ref, attempt: Number(match[2]) };
}
