import { BlastState, BlastStateSchema, type PreviewBlastResponse } from "#gen/fanfare/api/v1/blast_pb.js";
import { createBlastView } from "../../services/cli/show/blast-view.ts";
import { count, printable, printableLines } from "../../services/cli/show/style.ts";
import { wordOf } from "../../services/cli/show/words.ts";
import type { Stack } from "../stack/stack.ts";
import { readMails, showReport, type Reporting } from "./blast-report.ts";
import { content, firedBlast, scheduleSoon, sendDirectly, sendToEveryone, untilEnded } from "./blasts.ts";
import { prepare, WATERFRONT, type Prepared } from "./prepare.ts";
import { add, emptyRow, report, showOneMail, type Ended } from "./report.ts";
import type { Screen } from "./screen.ts";

/** What the demo is about. Answers the last line and every discrepancy. */
export async function tell(
  stack: Stack,
  screen: Screen,
  signal: AbortSignal,
  reporting: Promise<Reporting>,
): Promise<{ lastLine: string; problems: string[] }> {
  const [gulf, lake] = await prepare(stack, screen);
  try {
    await preview(screen, gulf);
    const ended = await send(stack, screen, gulf, lake, signal);
    const { sheets, problems } = await report(screen, stack.sandboxUrl, ended);
    await showOneMail(screen, stack.sandboxUrl, sheets[0]?.blastId ?? "");
    await showReport(screen, gulf.agency, sheets[0]?.blastId ?? "", reporting);
    screen.line();
    screen.line(
      screen.style.dim(`The inbox was at ${stack.sandboxUrl}/ while this ran; \`make up\` keeps one open.`),
    );
    const { audience, accepted, skipped, rejected, duplicates, missing } = sheets.reduce(add, emptyRow);
    const lastLine = `demo: audience=${audience} accepted=${accepted} skipped=${skipped} rejected=${rejected} duplicates=${duplicates} missing=${missing}`;
    return { lastLine, problems };
  } finally {
    gulf.agency.close();
    lake.agency.close();
  }
}

async function preview(screen: Screen, from: Prepared): Promise<void> {
  screen.section("Preview: what would happen");
  const answer = await screen.step("dry run on the real audience", () =>
    from.agency.api.blasts.previewBlast({
      content: content(from),
      audience: { of: { case: "listId", value: from.listId } },
      samples: 1,
    }),
  );
  const skipped = Object.entries(answer.skipped).toSorted(([, a], [, b]) => b - a);
  const number = (value: number | bigint) => count(value).padStart(7);
  screen.facts([
    ["audience", number(answer.audience)],
    ["would be mailed", number(answer.eligible)],
    ...skipped.map(([reason, customers]) => [`  ${reason.replaceAll("_", " ")}`, number(customers)] as const),
    ["cost", `${number(answer.cost)}  of ${count(answer.balance)} credits`],
  ]);
  showSample(screen, answer);
}

function showSample(screen: Screen, { samples, warnings }: PreviewBlastResponse): void {
  for (const warning of warnings) screen.line(screen.style.warn(printable(warning)));
  const sample = samples[0];
  if (sample === undefined) return;
  screen.line();
  screen.line(`${screen.style.dim("│")} ${screen.style.bold(printable(sample.subject))}`);
  for (const text of printableLines(sample.text.trimEnd())) screen.line(`${screen.style.dim("│")} ${text}`);
}

/** A blast, a direct send, one more agency's blast at the same time, and a scheduled one. */
async function send(
  stack: Stack,
  screen: Screen,
  gulf: Prepared,
  lake: Prepared,
  signal: AbortSignal,
): Promise<Ended[]> {
  screen.section("Send");
  const planned = await scheduleSoon(gulf, WATERFRONT);
  const atMs = performance.now();
  const blastId = await sendToEveryone(gulf, "demo-gulf");
  const answeredMs = performance.now() - atMs;
  const [direct, other] = await Promise.all([sendDirectly(gulf), sendToEveryone(lake, "demo-lake")]);
  const { api, timeZone } = gulf.agency;
  screen.line(`${gulf.agency.name}: the API took the blast in ${answeredMs.toFixed(0)} ms`);
  screen.line(screen.style.dim(`with it leave a direct send, ${lake.agency.name}'s own blast,`));
  screen.line(
    screen.style.dim(`and, at ${planned.localStart.slice(11)} in ${timeZone}, one to ${WATERFRONT}`),
  );
  screen.line();
  const fired = firedBlast(api, planned.scheduleId, signal);
  // Whoever awaits it later still sees how it failed.
  fired.catch(() => undefined);

  const view = createBlastView({ ...screen, indent: "  " });
  await untilEnded(api, blastId, signal, view.update).finally(view.end);
  void readMails(stack.sandboxUrl, blastId);
  screen.line();
  const of = (title: string, from: Prepared, id: string, audience: number): Ended => ({
    title,
    agency: from.agency,
    blastId: id,
    neverMail: from.sample.neverMail,
    audience,
  });
  const all = [of("blast", gulf, blastId, gulf.report.created), of("direct send", gulf, direct, 1)];
  all.push(of("the other agency's blast", lake, other, lake.report.created));
  const scheduled = await screen.step(`wait for the one at ${planned.localStart.slice(11)}`, () => fired);
  all.push(of("scheduled blast", gulf, scheduled, planned.audience));
  for (const one of all.slice(1)) await untilDone(screen, one, signal);
  return all;
}

async function untilDone(
  screen: Screen,
  { title, agency, blastId }: Ended,
  signal: AbortSignal,
): Promise<void> {
  const blast = await screen.step(title, () => untilEnded(agency.api, blastId, signal));
  if (blast.state === BlastState.COMPLETED) return;
  const state = wordOf(BlastStateSchema, blast.state);
  throw new Error(`the ${title} (${blastId}) is ${state}: ${blast.refusalReason || "no reason was said"}`);
}
