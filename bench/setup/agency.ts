import { randomUUID } from "node:crypto";
import type { Stack } from "#dev/stack/stack.ts";
import { importCsv } from "#dev/demo/import-csv.ts";
import type { Api } from "../../services/cli/connect/api.ts";
import { connect } from "../../services/cli/connect/connect.ts";
import { MAIL_TEMPLATE } from "./mail-template.ts";

/** An agency that can send to many. */
export type BenchAgency = {
  agencyId: string;
  apiKey: string;
  api: Api;
  templateId: string;
  close: () => void;
};

/** A customer list and how many are on it. */
export type Audience = { listId: string; size: number };

/** The contract's largest top-up: no run of the bench spends it. */
const CREDITS = 1_000_000_000n;

/** Creates an agency that asks no verifier, with credit for every run, and the template. */
export async function createBenchAgency(stack: Stack): Promise<BenchAgency> {
  const operator = connect({ url: stack.apiUrl, apiKey: stack.operatorKey });
  const created = await operator.api.agencies
    .createAgency({
      idempotencyKey: randomUUID(),
      settings: {
        name: "Bench Insurance",
        sendingDomain: "mail.bench.example",
        fromName: "Bench Insurance",
        postalAddress: "1 Quay Street",
        timeZone: "America/Chicago",
        verifyAddresses: false,
      },
      adminEmail: "admin@mail.bench.example",
      adminName: "Bench Admin",
    })
    .finally(operator.close);
  if (created.agency === undefined) throw new Error("CreateAgency answered without its agency");
  const agencyId = created.agency.id;
  await topUp(stack, agencyId);
  const { api, close } = connect({ url: stack.apiUrl, apiKey: created.apiKey });
  const { template } = await api.templates.createTemplate(MAIL_TEMPLATE);
  return { agencyId, apiKey: created.apiKey, api, templateId: template?.id ?? "", close };
}

async function topUp(stack: Stack, agencyId: string): Promise<void> {
  const operator = connect({ url: stack.apiUrl, apiKey: stack.operatorKey, agencyId });
  await operator.api.agencies
    .topUpCredits({ idempotencyKey: randomUUID(), amount: CREDITS, note: "bench" })
    .finally(operator.close);
}

/** Imports that many active customers onto a new list, by CSV as an agency would. */
export async function importCustomers(api: Api, name: string, size: number): Promise<Audience> {
  const rows = ["email,first_name,last_name,external_id,city"];
  for (let index = 1; index <= size; index += 1)
    rows.push(`${name}-${index}@customers.example,Ada${index},Lovelace,${name}-${index},Port ${index % 100}`);
  const report = await importCsv(api, `${rows.join("\n")}\n`, name);
  if (report.created !== size)
    throw new Error(
      `the import of ${size} customers created ${report.created}; ${report.errors[0]?.message ?? ""}`,
    );
  return { listId: report.listId, size };
}

/** A list of one customer who is inactive: a blast to it goes the whole way through list-sender, and no mail leaves. */
export async function importNobody(api: Api): Promise<Audience> {
  const report = await importCsv(api, "email,status\nnobody@customers.example,inactive\n", "nobody");
  if (report.created !== 1)
    throw new Error(`the import of nobody failed: ${report.errors[0]?.message ?? ""}`);
  return { listId: report.listId, size: 1 };
}

/** Ids of the first customers of a list; `count` up to the contract's page of 1,000. */
export async function customerIds(api: Api, { listId }: Audience, count: number): Promise<string[]> {
  const { customers } = await api.customers.listCustomers({ listId, page: { size: count } });
  return customers.map(({ id }) => id);
}
