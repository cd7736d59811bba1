import type { Command } from "commander";
import { PreviewBlastResponseSchema, type PreviewBlastResponse } from "#gen/fanfare/api/v1/blast_pb.js";
import {
  checkAudience,
  readAudience,
  readContent,
  withAudience,
  withContent,
  type AudienceOptions,
  type ContentOptions,
} from "../content-options.ts";
import { wholeNumber } from "../parse.ts";
import type { Cli } from "../session.ts";
import type { Output } from "../show/output.ts";
import { count, printable, printableLines } from "../show/style.ts";
import { facts } from "../show/table.ts";

type Options = ContentOptions & AudienceOptions & { samples: number };

const SAMPLES_MAX = 10;

export function addPreview(program: Command, cli: Cli): void {
  const command = program
    .command("preview")
    .description("what a send would do: who is skipped and why, the cost, rendered samples; writes nothing")
    .option("--samples <n>", "rendered mails to show", wholeNumber("--samples", 0, SAMPLES_MAX), 1);
  withAudience(withContent(command)).action(async (options: Options, invoked: Command) => {
    checkAudience(options);
    const session = cli.open(invoked);
    const [content, audience] = [await readContent(session, options), await readAudience(session, options)];
    const request = { content, audience, samples: options.samples };
    const answer = await session.api.blasts.previewBlast(request, session.call);
    session.out.show(PreviewBlastResponseSchema, answer, () => showPreview(session.out, answer));
  });
}

function showPreview(out: Output, preview: PreviewBlastResponse): void {
  const { style } = out;
  const skipped = Object.entries(preview.skipped).toSorted(([, a], [, b]) => b - a);
  const number = (value: number | bigint) => count(value).padStart(10);
  const lines = facts([
    ["audience", number(preview.audience)],
    ["would be mailed", style.good(number(preview.eligible))],
    ...skipped.map(
      ([reason, customers]) => [`skipped, ${reason.replaceAll("_", " ")}`, number(customers)] as const,
    ),
    ["cost in credits", number(preview.cost)],
    ["credits now", number(preview.balance)],
  ]);
  for (const line of lines) out.line(line);
  for (const warning of preview.warnings) out.line(`${style.warn("warning:")} ${printable(warning)}`);
  for (const sample of preview.samples) {
    out.line();
    for (const line of facts([
      ["to", printable(sample.email)],
      ["subject", style.bold(printable(sample.subject))],
    ]))
      out.line(line);
    const body = sample.text === "" ? sample.html : sample.text;
    for (const line of printableLines(body.trimEnd())) out.line(`  ${style.dim("│")} ${line}`);
  }
}
