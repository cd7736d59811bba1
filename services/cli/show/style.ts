import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Colours of one output; where none are welcome, all of these give the text back. */
export type Style = Record<"bold" | "dim" | "good" | "bad" | "warn" | "held", (text: string) => string>;

export function createStyle(colour: boolean): Style {
  const paint = (format: Format) => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint("bold"),
    dim: paint("dim"),
    good: paint("green"),
    bad: paint("red"),
    warn: paint("yellow"),
    held: paint("magenta"),
  };
}

/** One line without control characters, so that no customer's name can move the cursor or colour the screen. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ");
}

/** Several lines of a mail, for reading: line breaks stay, other control characters go. */
export function printableLines(text: string): string[] {
  return text.split(/\r\n?|\n/).map(printable);
}

const numbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 1,234,567 */
export const count = (value: number | bigint): string => numbers.format(value);

/** 12 s, 3 min 20 s, 2 h 5 min: for times a person waits. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${count(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** 900 B, 12 KB, 3.4 MB */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  if (value < 1_000_000) return `${Math.round(value / 1_000)} KB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}
