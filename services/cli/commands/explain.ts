import type { Command } from "commander";
import {
  DeliveryState,
  DeliveryStateSchema,
  ExplainDeliveryResponseSchema,
  type Delivery,
  type ExplainDeliveryResponse,
} from "#gen/fanfare/api/v1/blast_pb.js";
import { findCustomer } from "../find.ts";
import { isUuid, requireUuid } from "../parse.ts";
import type { Cli } from "../session.ts";
import type { Output } from "../show/output.ts";
import { printable } from "../show/style.ts";
import { facts, pad, width } from "../show/table.ts";
import { timeOf, wordOf } from "../show/words.ts";
import { UsageError } from "../usage-error.ts";

export function addExplain(program: Command, cli: Cli): void {
  program
    .command("explain")
    .argument("<delivery|blast>", "id of a delivery (BLAST.7), or of a blast together with a customer")
    .argument("[customer]", "id, address, or your own id of the customer")
    .description("every decision about one delivery, with its time and evidence")
    .action(async (id: string, customer: string | undefined, _: object, command: Command) => {
      check(id, customer);
      const session = cli.open(command);
      const request =
        customer === undefined
          ? { deliveryId: id }
          : { blastId: id, customerId: await findCustomer(session, customer) };
      const answer = await session.api.blasts.explainDelivery(request, session.call);
      session.out.show(ExplainDeliveryResponseSchema, answer, () => showTimeline(session.out, answer));
    });
}

function check(id: string, customer: string | undefined): void {
  if (customer !== undefined) return void requireUuid("blast", id);
  const [blast = "", sequence = ""] = id.split(".");
  if (isUuid(blast) && /^\d+$/.test(sequence)) return;
  throw new UsageError(
    `"${id}" is not the id of a delivery.`,
    "Give BLAST.SEQUENCE, for example the first column of `deliveries`, or BLAST and CUSTOMER.",
  );
}

/** What follows, and whether somebody has to do it. */
function nextStep({ id, state }: Delivery): string {
  const [blast = ""] = id.split(".");
  switch (state) {
    case DeliveryState.ACCEPTED:
      return "nothing of ours; delivered, opened, bounced are added as the provider reports them";
    case DeliveryState.SKIPPED:
      return "nothing; this customer does not get this mail";
    case DeliveryState.REJECTED:
      return `nothing by itself; \`fanfare retry ${blast} --state rejected\` tries the blast's rejected ones again`;
    case DeliveryState.IN_DOUBT:
      return "nothing for you: the provider is asked until it is settled; it is not sent again meanwhile";
    case DeliveryState.HELD:
      return (
        `you decide: \`fanfare retry ${blast} --state held\` sends the blast's held ones again (twice, if the provider did have one); ` +
        `\`fanfare reject-held ${blast}\` gives them up and returns the credit`
      );
    default:
      return "nothing for you: it goes on by itself";
  }
}

function showTimeline(out: Output, { delivery, decisions, summary }: ExplainDeliveryResponse): void {
  const { style } = out;
  out.line(style.bold(printable(summary)));
  if (delivery !== undefined)
    for (const line of facts([
      ["delivery", delivery.id],
      ["to", printable(delivery.email)],
      ["state", wordOf(DeliveryStateSchema, delivery.state)],
      ["tries", `${delivery.attempt}`],
      ["next", nextStep(delivery)],
    ]))
      out.line(line);
  out.line();
  const steps = decisions.map(({ step }) => step.replaceAll("_", " "));
  const widest = Math.max(0, ...steps.map(width));
  for (const [index, { at, explanation, evidence }] of decisions.entries()) {
    const step = pad(steps[index] ?? "", widest);
    out.line(`${style.dim(timeOf(at))}  ${style.bold(step)}  ${printable(explanation)}`);
    const indent = " ".repeat(width(timeOf(at)) + widest + 4);
    for (const [name, value] of Object.entries(evidence))
      out.line(style.dim(`${indent}${printable(name)}: ${printable(value)}`));
  }
}
