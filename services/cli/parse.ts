import { InvalidArgumentError } from "commander";
import { UsageError } from "./usage-error.ts";

/** A parser of a whole number between two bounds. */
export function wholeNumber(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`${name} is a whole number from ${min} to ${max}.`);
  };
}

/** Collects `column=field` pairs of an option that may be repeated. */
export function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.lastIndexOf("=");
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError("It looks like COLUMN=FIELD, for example E-Mail=email.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** True for a UUID in text. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The text, when it is an id; `what` is the word for the thing. */
export function requireUuid(what: string, text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new UsageError(
    `"${text}" is not the id of a ${what}.`,
    `Ids look like 0198c5a2-7d3e-7cc1-9d7f-0f6a2b1c3d4e.`,
  );
}
