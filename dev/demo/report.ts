import { checkBalance, type BalanceCheck } from "#test/support/balance-sheet.ts";
import { checkCredits } from "#test/support/credit-check.ts";
import { sandboxMail, sandboxMails } from "#test/support/sandbox-mails.ts";
import { count, printable, printableLines } from "../../services/cli/show/style.ts";
import { line, measure, titles, type Column } from "../../services/cli/show/table.ts";
import type { DemoAgency } from "./agencies.ts";
import type { Screen } from "./screen.ts";

/** A blast of the demo that has ended, and what is known of it beforehand. */
export type Ended = {
  title: string;
  agency: DemoAgency;
  blastId: string;
  neverMail: ReadonlySet<string>;
  audience: number;
};

type Sheet = BalanceCheck & { title: string; agency: DemoAgency };

/** Prints the balance sheet of all blasts and checks it against sandbox and ledger; answers it with all that is wrong. */
export async function report(
  screen: Screen,
  sandboxUrl: string,
  ended: readonly Ended[],
): Promise<{ sheets: readonly Sheet[]; problems: string[] }> {
  screen.section("Balance sheet");
  const sheets = await screen.step("every delivery against every mail the sandbox received", () =>
    Promise.all(
      ended.map(async ({ title, agency, blastId, neverMail, audience }) => ({
        ...(await checkBalance({
          blasts: agency.api.blasts,
          sandboxUrl,
          blastId,
          neverMail,
          expectedAudience: audience,
        })),
        title,
        agency,
      })),
    ),
  );
  const total = sheets.reduce(add, { ...emptyRow, title: "together" });
  const columns = balanceColumns(screen);
  const widths = measure(columns, [...sheets, total]);
  screen.line();
  screen.line(screen.style.dim(titles(columns, widths)));
  for (const row of [...sheets, total]) screen.line(line(columns, widths, row));
  screen.line();
  const reasons = Object.entries(total.reasons).toSorted(([, a], [, b]) => b - a);
  screen.facts(
    reasons.map(([reason, customers]) => [`  ${reason.replaceAll("_", " ")}`, count(customers).padStart(7)]),
  );

  const problems = sheets.flatMap((sheet) => sheet.problems.map((problem) => `${sheet.title}: ${problem}`));
  problems.push(...sheets.flatMap(unbalanced));
  screen.line();
  problems.push(...(await reportCredits(screen, sheets)));
  return { sheets, problems };
}

async function reportCredits(screen: Screen, sheets: readonly Sheet[]): Promise<string[]> {
  const problems: string[] = [];
  for (const agency of new Set(sheets.map((sheet) => sheet.agency))) {
    const own = sheets.filter((sheet) => sheet.agency === agency).reduce(add, emptyRow);
    const { accepted, held } = own;
    const checked = await checkCredits(agency.api.agencies, { toppedUp: agency.credits, accepted, held });
    const sum = `${count(agency.credits)} − ${count(accepted)} = ${count(checked.balance)} credits`;
    screen.line(
      `${agency.name.padEnd(22)} ${sum}  ${screen.style.dim(`= Σ of ${checked.entries} ledger entries`)}`,
    );
    problems.push(...checked.problems.map((problem) => `${agency.name}: ${problem}`));
  }
  return problems;
}

/** One mail as its reader has it. */
export async function showOneMail(screen: Screen, sandboxUrl: string, blastId: string): Promise<void> {
  screen.section("One of the mails");
  for await (const { seq } of sandboxMails(sandboxUrl, blastId)) {
    const mail = await sandboxMail(sandboxUrl, seq);
    screen.facts([
      ["from", printable(mail.from)],
      ["to", printable(mail.to)],
      ["subject", screen.style.bold(printable(mail.subject))],
    ]);
    for (const text of printableLines(mail.text.trimEnd())) screen.line(`${screen.style.dim("│")} ${text}`);
    return;
  }
  screen.line("there is none");
}

type Row = Omit<BalanceCheck, "blastId" | "problems"> & { title: string };

/** What sums begin with. */
export const emptyRow: Row = {
  title: "",
  audience: 0,
  accepted: 0,
  skipped: 0,
  rejected: 0,
  held: 0,
  duplicates: 0,
  missing: 0,
  reasons: {},
};

/** Sums two rows of the sheet. */
export function add(one: Row, other: Row): Row {
  const reasons = { ...one.reasons };
  for (const [reason, customers] of Object.entries(other.reasons))
    reasons[reason] = (reasons[reason] ?? 0) + customers;
  return {
    title: one.title,
    audience: one.audience + other.audience,
    accepted: one.accepted + other.accepted,
    skipped: one.skipped + other.skipped,
    rejected: one.rejected + other.rejected,
    held: one.held + other.held,
    duplicates: one.duplicates + other.duplicates,
    missing: one.missing + other.missing,
    reasons,
  };
}

function unbalanced({ title, audience, accepted, skipped, rejected, held, missing }: Sheet): string[] {
  const sum = accepted + skipped + rejected + held;
  const sentences =
    audience === sum ? [] : [`${title}: audience ${audience} is not ${sum}, the sum of what became of it`];
  if (held > 0) sentences.push(`${title}: ${held} deliveries are held, with a sandbox that had no faults`);
  if (missing > 0) sentences.push(`${title}: ${missing} customers are missing`);
  return sentences;
}

function balanceColumns({ style }: Screen): readonly Column<Row>[] {
  const number = (
    title: Exclude<keyof Row, "title" | "reasons">,
    paint?: (text: string) => string,
  ): Column<Row> => ({
    title,
    value: (row) => count(row[title]),
    right: true,
    ...(paint && { paint: (text, row) => (row[title] === 0 ? text : paint(text)) }),
  });
  return [
    { title: "", value: ({ title }) => title },
    number("audience"),
    number("accepted", style.good),
    number("skipped"),
    number("rejected"),
    number("held", style.held),
    number("duplicates", style.bad),
    number("missing", style.bad),
  ];
}
