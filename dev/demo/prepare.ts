import type { ImportReport } from "#gen/fanfare/api/v1/customer_pb.js";
import { sampleCustomers, type SampleCustomers } from "#test/support/sample-customers.ts";
import { count } from "../../services/cli/show/style.ts";
import type { Stack } from "../stack/stack.ts";
import { createAgency, GULF_COAST, LAKESIDE, type DemoAgency } from "./agencies.ts";
import { importCsv } from "./import-csv.ts";
import type { Screen } from "./screen.ts";
import { STORM_TEMPLATE } from "./storm-template.ts";

/** An agency with its customers and template. */
export type Prepared = {
  agency: DemoAgency;
  sample: SampleCustomers;
  report: ImportReport;
  templateId: string;
  listId: string;
};

const CUSTOMERS = 5_000;
const LAKESIDE_CUSTOMERS = 1_200;
const SEED = 20_261_124;
const ERRORS_SHOWN = 3;

/** The list that some rows of the file ask for by themselves. */
export const WATERFRONT = "Waterfront";
const EVERYONE = "Everyone";

/** Makes both agencies, with customers and template. */
export async function prepare(stack: Stack, screen: Screen): Promise<[Prepared, Prepared]> {
  screen.section("Two agencies and their customers");
  const [gulf, lake] = await screen.step("agencies, admins, credits", () =>
    Promise.all([createAgency(stack, GULF_COAST), createAgency(stack, LAKESIDE)]),
  );
  const samples = [
    sampleCustomers({ rows: CUSTOMERS, seed: SEED, prefix: "GC", ownList: WATERFRONT }),
    sampleCustomers({ rows: LAKESIDE_CUSTOMERS, seed: SEED + 1, prefix: "LM" }),
  ] as const;
  const first = await prepareOne(screen, gulf, samples[0]);
  const second = await prepareOne(screen, lake, samples[1]);
  return [first, second];
}

async function prepareOne(screen: Screen, agency: DemoAgency, sample: SampleCustomers): Promise<Prepared> {
  const report = await screen.step(`${agency.name}: import ${count(sample.rows)} rows of CSV`, () =>
    importCsv(agency.api, sample.csv, EVERYONE),
  );
  const { dirt } = sample;
  screen.facts([
    ["  created", count(report.created).padStart(7)],
    [
      "  updated",
      `${count(report.updated).padStart(7)}  ${screen.style.dim("the same customer further down")}`,
    ],
    [
      "  refused",
      `${count(report.failed).padStart(7)}  ${screen.style.dim("reported by line, for example")}`,
    ],
  ]);
  for (const { line, column, message } of report.errors.slice(0, ERRORS_SHOWN))
    screen.line(screen.style.dim(`           line ${line}, ${column}: ${message}`));
  const among = [
    `${dirt.duplicate} spelt twice`,
    `${dirt.inactive} inactive`,
    `${dirt.opted_out} opted out`,
    `${dirt.bounced} bounced`,
    `${dirt.undeliverable} whose mailbox is gone`,
  ];
  screen.line(screen.style.dim(`  among them ${among.join(", ")}`));
  const { template } = await agency.api.templates.createTemplate(STORM_TEMPLATE);
  return { agency, sample, report, templateId: template?.id ?? "", listId: report.listId };
}
