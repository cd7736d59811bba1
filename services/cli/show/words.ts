import type { DescEnum } from "@bufbuild/protobuf";
import { timestampDate, type Timestamp } from "@bufbuild/protobuf/wkt";
import { UsageError } from "../usage-error.ts";

/** `in doubt` for DELIVERY_STATE_IN_DOUBT. */
export function wordOf(description: DescEnum, value: number): string {
  return keyOf(description, value).replaceAll("_", " ");
}

/** The words that a value of an enum may be given as, without UNSPECIFIED. */
export function keysOf(description: DescEnum): string[] {
  return description.values
    .filter(({ number }) => number !== 0)
    .map(({ number }) => keyOf(description, number));
}

/** The number for a word such as `in_doubt`, `in-doubt` or `IN_DOUBT`. Throws UsageError that lists the words. */
export function valueOf(description: DescEnum, option: string, word: string): number {
  const wanted = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
  const found = description.values.find(
    ({ number }) => number !== 0 && keyOf(description, number) === wanted,
  );
  if (found !== undefined) return found.number;
  throw new UsageError(
    `${option}: there is no "${word}".`,
    `It is one of ${keysOf(description).join(", ")}.`,
  );
}

/** Local date and time to the second; empty when there is none. */
export function timeOf(timestamp: Timestamp | undefined): string {
  if (timestamp === undefined) return "";
  const date = timestampDate(timestamp);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ");
}

function keyOf(description: DescEnum, value: number): string {
  const name = description.value[value]?.name ?? `${value}`;
  const prefix = description.sharedPrefix?.toUpperCase() ?? "";
  return (name.startsWith(prefix) ? name.slice(prefix.length) : name).toLowerCase();
}
