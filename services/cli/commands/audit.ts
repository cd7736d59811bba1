import type { Command } from "commander";
import {
  RunAuditResponseSchema,
  type AuditCheck,
  type AuditFinding,
  type AuditSummary,
} from "#gen/fanfare/api/v1/audit_pb.js";
import { EXIT } from "../exit-codes.ts";
import { requireUuid } from "../parse.ts";
import type { Cli } from "../session.ts";
import type { Output } from "../show/output.ts";
import { count, printable } from "../show/style.ts";
import { line, measure, titles, type Column } from "../show/table.ts";

type Options = { blast?: string };

/** `audit`: exit code 1 when anything was found, or could not be looked at. */
export function addAudit(program: Command, cli: Cli): void {
  program
    .command("audit")
    .description("check that what must always hold does hold; with --agency only of that agency")
    .option("--blast <id>", "only this blast, and compare it with the provider's log")
    .action(async ({ blast }: Options, command: Command) => {
      const blastId = blast === undefined ? "" : requireUuid("blast", blast);
      const { api, out, signal } = cli.open(command);
      const agencyId = command.optsWithGlobals<{ agency?: string }>().agency ?? "";
      const findings: AuditFinding[] = [];
      let summary: AuditSummary | undefined;
      for await (const answer of api.audit.runAudit({ agencyId, blastId }, { signal })) {
        out.show(RunAuditResponseSchema, answer, () => undefined);
        if (answer.of.case === "finding") findings.push(answer.of.value);
        if (answer.of.case === "summary") summary = answer.of.value;
      }
      if (summary === undefined) throw new Error("the audit ended before its summary");
      if (!out.json) show(out, findings, summary);
      if (summary.findings > 0 || summary.checks.some(({ failure }) => failure !== ""))
        cli.exitWith(EXIT.failed);
    });
}

function show(out: Output, findings: AuditFinding[], { checks, findings: total }: AuditSummary): void {
  const columns: Column<AuditCheck>[] = [
    { title: "promise", value: ({ invariant }) => invariant },
    { title: "check", value: ({ name }) => name.replaceAll("_", " ") },
    { title: "ms", value: ({ tookMs }) => `${tookMs}`, right: true },
    {
      title: "found",
      value: resultOf,
      paint: (text, { findings: its, failure }) =>
        its > 0 || failure !== "" ? out.style.bad(text) : out.style.good(text),
    },
  ];
  const widths = measure(columns, checks);
  out.line(titles(columns, widths));
  for (const check of checks) out.line(line(columns, widths, check));
  for (const { check, agencyId, blastId, sequence, sentence } of findings) {
    const where = blastId === "" ? `agency ${agencyId}` : sequence === 0 ? blastId : `${blastId}.${sequence}`;
    out.line(`${out.style.bad(check.replaceAll("_", " "))}  ${where}  ${printable(sentence)}`);
  }
  out.line(total === 0 ? "nothing is broken" : `${count(total)} broken`);
}

function resultOf({ findings, cutShort, failure }: AuditCheck): string {
  if (failure !== "") return "not looked at";
  if (findings === 0) return cutShort ? "nothing so far" : "nothing";
  return `${findings}${cutShort ? " and more" : ""}`;
}
