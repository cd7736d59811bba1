import type { CallOptions } from "@connectrpc/connect";
import type { Command } from "commander";
import type { Api } from "./connect/api.ts";
import { callOptions, connect } from "./connect/connect.ts";
import type { Io } from "./io.ts";
import { createOutput, type Output } from "./show/output.ts";
import { UsageError } from "./usage-error.ts";

/** What a command works with. */
export type Session = {
  api: Api;
  out: Output;
  /** For calls that answer once. */
  call: CallOptions;
  /** Aborted by Ctrl-C; for streams. */
  signal: AbortSignal;
};

/** Opens sessions for commands, and knows afterwards how they ended. */
export type Cli = {
  io: Io;
  open: (command: Command) => Session;
  /** The API's address, as far as it is known. */
  url: () => string;
  /** Sets the exit code of a command that neither failed nor went well. */
  exitWith: (code: number) => void;
  exitCode: () => number;
  close: () => void;
};

export type GlobalOptions = {
  url?: string;
  apiKey?: string;
  agency?: string;
  json?: boolean;
  retries: number;
};

export const DEFAULT_URL = "http://127.0.0.1:8080";

export function createCli(io: Io): Cli {
  const closes: (() => void)[] = [];
  let exitCode = 0;
  let url = DEFAULT_URL;
  return {
    io,
    url: () => url,
    exitWith: (code) => (exitCode = code),
    exitCode: () => exitCode,
    close: () => closes.splice(0).forEach((close) => close()),
    open: (command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      url = readUrl(options.url ?? io.env["FANFARE_URL"] ?? DEFAULT_URL);
      const apiKey = options.apiKey ?? io.env["FANFARE_API_KEY"] ?? "";
      if (apiKey === "")
        throw new UsageError(
          "There is no API key.",
          "Set FANFARE_API_KEY, or give --api-key; an admin of the agency can create one.",
        );
      const out = createOutput(io, options.json === true);
      const { api, close } = connect({
        url,
        apiKey,
        agencyId: options.agency ?? io.env["FANFARE_AGENCY"] ?? "",
        retries: options.retries,
        onRetry: ({ error, retry, retries }) =>
          out.note(`no answer (${error.rawMessage}); trying again, ${retry} of ${retries} …`),
      });
      closes.push(close);
      return { api, out, call: callOptions(io.signal), signal: io.signal };
    },
  };
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(
      `"${text}" is not the address of an API.`,
      `FANFARE_URL and --url look like ${DEFAULT_URL}.`,
    );
  return url.href.replace(/\/$/, "");
}
