import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { count } from "../../services/cli/show/style.ts";
import { sandboxMails } from "#test/support/sandbox-mails.ts";
import type { ManagedProcess } from "../stack/process.ts";
import { REPORT_DIRECTORY, startReporter } from "../stack/reporter.ts";
import type { Stack } from "../stack/stack.ts";
import { PROJECT_DIRECTORY } from "../stack/user-cache.ts";
import type { DemoAgency } from "./agencies.ts";
import type { Screen } from "./screen.ts";

/** The reporter beside the demo's stack; without Python there is a reason instead. */
export type Reporting = { reporter: ManagedProcess } | { reason: string };

/** On a fresh machine the packages come while the story is told; this is how long the story's end waits for them. */
const START_LIMIT_MS = 60_000;
/** The blast's end, eight seconds for the webhooks, up to thirty for late ones, and a busy machine's plots. */
const REPORT_LIMIT_MS = 60_000;
const POLL_MS = 200;
/** Of ten who got the mail, so many open it, and so many click. */
const [OPEN, CLICK] = [4, 1];
const EMITS_AT_ONCE = 16;

/** Starts the reporter and never rejects. */
export async function startReporting(stack: Stack): Promise<Reporting> {
  try {
    return { reporter: await startReporter(stack) };
  } catch (error) {
    return { reason: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
  }
}

/** Customers read their mail: some open it, a few click. Best effort, for it only makes the report livelier. */
export async function readMails(sandboxUrl: string, blastId: string): Promise<void> {
  const events: { seq: number; event: string }[] = [];
  for await (const { seq } of sandboxMails(sandboxUrl, blastId)) {
    if (seq % 10 < OPEN) events.push({ seq, event: "open" });
    if (seq % 10 < CLICK) events.push({ seq, event: "click" });
  }
  const url = new URL("/_sandbox/emit", sandboxUrl);
  const lane = async () => {
    for (let next = events.pop(); next !== undefined; next = events.pop())
      await fetch(url, { method: "POST", body: JSON.stringify(next) }).then((answer) => answer.text());
  };
  await Promise.all(Array.from({ length: EMITS_AT_ONCE }, lane)).catch(() => undefined);
}

/** Waits for the report of a blast and says where it is. Without one it says why; the demo is none the worse for it. */
export async function showReport(
  screen: Screen,
  agency: DemoAgency,
  blastId: string,
  reporting: Promise<Reporting>,
): Promise<void> {
  screen.section("Report");
  const limit = wait(
    START_LIMIT_MS,
    { reason: "the Python packages are still being installed" },
    { ref: false },
  );
  const started = await screen.step("the reporter, a worker in Python", () =>
    Promise.race([reporting, limit]),
  );
  if ("reason" in started) return screen.line(`no report: ${started.reason}`);
  const file = await screen.step("a report with its plots", async () => {
    for (const giveUpAtMs = Date.now() + REPORT_LIMIT_MS; Date.now() < giveUpAtMs; await wait(POLL_MS)) {
      const { blast } = await agency.api.blasts.getBlast({ blastId });
      if (blast?.reportUrl)
        return join(REPORT_DIRECTORY, new URL(blast.reportUrl).pathname.replace("/reports/", ""));
    }
    return undefined;
  });
  if (file === undefined || !existsSync(file))
    return screen.line(`no report within ${count(REPORT_LIMIT_MS / 1_000)} s; see reporter.log`);
  const shown = relative(PROJECT_DIRECTORY, file);
  screen.facts([
    ["open it", shown],
    ["print it", shown.replace(/html$/, "pdf")],
  ]);
}
