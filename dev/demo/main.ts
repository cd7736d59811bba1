// `make demo`: the whole of Fanfare on this machine, one storm, and the proof that nobody was missed and nobody got it twice.
import { setTimeout as wait } from "node:timers/promises";
import { processIo } from "../../services/cli/io.ts";
import { startStack, type Stack } from "../stack/stack.ts";
import { startReporting } from "./blast-report.ts";
import { createScreen, type Screen } from "./screen.ts";
import { tell } from "./story.ts";

/** Longer than a report takes. */
const STOP_LIMIT_MS = 5_000;
/** A slow machine takes a minute; after this long something hangs. */
const STORY_TIMEOUT_MS = 180_000;

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The second Ctrl-C means it: the guardian clears up after us.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new Error("interrupted"));
  });
}

async function main(screen: Screen): Promise<{ lastLine: string; problems: string[] }> {
  screen.section("Fanfare: a storm is coming");
  let stack: Stack | undefined;
  let stopReporter: () => Promise<void> = async () => undefined;
  const crashes: string[] = [];
  try {
    const starting = screen.step("PostgreSQL, NATS, the sandbox and four services", (now) =>
      startStack({
        onProgress: now,
        onUnexpectedExit: (name, { code, signal }) =>
          crashes.push(`${name} ended by itself (${signal ?? `exit code ${code}`})`),
      }),
    );
    stack = await starting;
    interrupt.signal.throwIfAborted();
    screen.line(screen.style.dim(`logs  ${stack.logDirectory}`));
    screen.line(screen.style.dim(`inbox ${stack.sandboxUrl}/`));
    const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(STORY_TIMEOUT_MS)]);
    const reporting = startReporting(stack);
    stopReporter = () =>
      reporting.then((started) => ("reporter" in started ? started.reporter.stop() : undefined));
    const { lastLine, problems } = await aborting(tell(stack, screen, signal, reporting), signal);
    return { lastLine, problems: [...problems, ...crashes] };
  } catch (error) {
    // What ended by itself is the likelier cause.
    if (crashes.length > 0) throw new Error(`${messageOf(error)}; ${crashes.join("; ")}`, { cause: error });
    throw error;
  } finally {
    const running = stack;
    if (running !== undefined) {
      screen.section("The end");
      await screen.step("stop everything", async () => {
        // One that still installs its packages is not waited for; the guardian ends it with us.
        await Promise.race([stopReporter(), wait(STOP_LIMIT_MS, undefined, { ref: false })]);
        await running.stop();
      });
    }
  }
}

/** Fails as soon as the signal says so, whatever the work waits for. */
async function aborting<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const fail = () =>
      reject(
        interrupt.signal.aborted
          ? new Error("interrupted")
          : new Error(`it took longer than ${STORY_TIMEOUT_MS / 1_000} s, so something hangs`),
      );
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
  work.catch(() => undefined);
  return Promise.race([work, aborted]);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const screen = createScreen(processIo(interrupt.signal));
try {
  const { lastLine, problems } = await main(screen);
  screen.line();
  if (problems.length > 0) {
    screen.line(screen.style.bad(`${problems.length} discrepancies`));
    for (const problem of problems) screen.line(`- ${problem}`);
  } else screen.line(screen.style.good("The sheet closes: nobody was missed, nobody got it twice."));
  console.log(`\n${lastLine}`);
  process.exit(problems.length === 0 ? 0 : 1);
} catch (error) {
  console.error(`\ndemo failed: ${messageOf(error)}`);
  process.exit(interrupt.signal.aborted ? 130 : 1);
}
