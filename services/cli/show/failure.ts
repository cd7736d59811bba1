import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { systemCodeOf } from "../connect/system-code.ts";
import { EXIT } from "../exit-codes.ts";
import { Refusal } from "../refusal.ts";
import { UsageError } from "../usage-error.ts";
import { printable, type Style } from "./style.ts";

/** What went wrong, where, and how to mend it, whatever it was. */
export type Failure = {
  exitCode: number;
  code: string;
  reason: string;
  message: string;
  field: string;
  hint: string;
};

/** Reads any error that a command may end with. */
export function readFailure(error: unknown, url: string): Failure {
  if (error instanceof UsageError)
    return { ...blank, exitCode: EXIT.usage, code: "usage", message: error.message, hint: error.hint };
  if (error instanceof Refusal) {
    const { reason, message, hint } = error;
    return { ...blank, code: "failed", reason, message, hint };
  }
  if (error instanceof ConnectError) return readConnectError(error, url);
  const message = error instanceof Error ? error.message : String(error);
  return { ...blank, code: "failed", message };
}

const blank = { exitCode: EXIT.failed as number, reason: "", field: "", hint: "" };

function readConnectError(error: ConnectError, url: string): Failure {
  const info = error.findDetails(ErrorInfoSchema)[0];
  const code = snakeCase(Code[error.code]);
  const systemCode = systemCodeOf(error);
  // An answer of the API carries its ErrorInfo; without one, and with a failure of the network, nobody answered.
  if (info === undefined && (systemCode !== undefined || error.code === Code.Unavailable)) {
    return {
      exitCode: EXIT.unreachable,
      code,
      reason: "unreachable",
      message: `The API at ${url} cannot be reached (${systemCode ?? error.rawMessage}).`,
      field: "",
      hint: "Start it with `make up`, or name another with FANFARE_URL or --url.",
    };
  }
  return {
    exitCode: EXIT.failed,
    code,
    reason: info?.reason ?? "",
    message: error.rawMessage,
    field: info?.field ?? "",
    hint: info?.hint ?? "",
  };
}

/** For people: the sentence first, then what helps. */
export function failureLines(failure: Failure, style: Style): string[] {
  const code = failure.reason === "" ? failure.code : `${failure.code}, ${failure.reason}`;
  const facts: readonly (readonly [string, string])[] = [
    ["what", code],
    ["where", failure.field],
    ["mend", failure.hint],
  ];
  return [
    `${style.bad("error:")} ${printable(failure.message)}`,
    ...facts
      .filter(([, value]) => value !== "")
      .map(([name, value]) => `  ${name.padEnd(5)}  ${printable(value)}`),
  ];
}

/** For programs: one line of JSON. */
export function failureJson({ exitCode: _, ...failure }: Failure): string {
  return JSON.stringify({ error: failure });
}

function snakeCase(name: string | undefined): string {
  return (name ?? "unknown").replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
