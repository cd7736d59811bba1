import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";

/** One message as it goes over the wire, in proto/testdata; made once, and never again while the contract's version lives. */
export type Vector = {
  /** Full name of the message type. */
  type: string;
  subject: string;
  headers: Record<string, string>;
  /** The body in protobuf, base64. */
  binary: string;
  /** The same in protobuf's JSON. */
  json: unknown;
};

export const vectorDirectory = join(PROJECT_DIRECTORY, "proto/testdata");

/** Names of the vectors that there are, without .json. */
export function vectorNames(): string[] {
  return readdirSync(vectorDirectory)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(/\.json$/, ""));
}

export function readVector(name: string): Vector {
  return JSON.parse(readFileSync(join(vectorDirectory, `${name}.json`), "utf8")) as Vector;
}
