import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";

/** How many last lines an error message quotes. */
const TAIL_LINES_MAX = 20;
/** A longer line is cut for the reader in us; the file has it whole. */
const LINE_LENGTH_MAX = 64 * 1024;

export type ProcessLog = {
  /** Collects what the process says: to the file, to the tail, to whoever listens for lines. */
  take: (stream: Readable) => void;
  tail: () => string;
  close: () => void;
};

/** Writes to `file` (when given) and hands each line to `onLine`. */
export function openProcessLog(file: string | undefined, onLine: (line: string) => void): ProcessLog {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const sink = file === undefined ? undefined : createWriteStream(file, { flags: "a" });
  // A full disk or a removed directory must not take the stack down.
  sink?.on("error", () => undefined);
  const last: string[] = [];
  return {
    take: (stream) => {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("error", () => undefined);
      stream.on("data", (chunk: string) => {
        sink?.write(chunk);
        const lines = (rest + chunk).split("\n");
        rest = (lines.pop() ?? "").slice(0, LINE_LENGTH_MAX);
        for (const line of lines) {
          last.push(line);
          if (last.length > TAIL_LINES_MAX) last.shift();
          onLine(line);
        }
      });
    },
    tail: () => last.join("\n"),
    close: () => sink?.end(),
  };
}

const COLOURS = [36, 33, 35, 32, 34, 31] as const;

/** A line with its process's name before it, coloured by name when standard output is a terminal. */
export function prefixed(name: string, line: string): string {
  if (!process.stdout.isTTY) return `${name} | ${line}`;
  let sum = 0;
  for (const letter of name) sum += letter.charCodeAt(0);
  return `\u001b[${COLOURS[sum % COLOURS.length]}m${name} |\u001b[0m ${line}`;
}
