/** Everything a command may touch outside of the API. Tests hand in their own. */
export type Io = {
  env: Readonly<Record<string, string | undefined>>;
  /** Standard output: results. */
  write: (text: string) => void;
  /** Standard error: notes, progress and errors. */
  writeError: (text: string) => void;
  /** True when a person looks at standard output, so that a bar may be redrawn in place. */
  interactive: boolean;
  /** True when a person looks at standard error, where the progress of uploads goes. */
  interactiveError: boolean;
  columns: () => number;
  /** The directory that names of files start from. */
  directory: string;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
};

/** True when colour is welcome (https://no-color.org). */
export function wantsColour(io: Pick<Io, "env" | "interactive">): boolean {
  return io.interactive && !io.env["NO_COLOR"] && io.env["TERM"] !== "dumb";
}

const DEFAULT_COLUMNS = 100;

/** The real terminal. */
export function processIo(signal: AbortSignal): Io {
  return {
    env: process.env,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    interactive: process.stdout.isTTY === true,
    interactiveError: process.stderr.isTTY === true,
    columns: () => process.stdout.columns || DEFAULT_COLUMNS,
    // npm runs a script in the project's directory and tells where the person stood.
    directory: (process.env["npm_lifecycle_event"] === "fanfare" && process.env["INIT_CWD"]) || process.cwd(),
    signal,
  };
}
