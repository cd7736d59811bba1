// The agencies of a run and their customers, made in calm weather.
import { STORM_TEMPLATE } from "#dev/demo/storm-template.ts";
import { importCsv } from "#dev/demo/import-csv.ts";
import type { Api } from "../../../services/cli/connect/api.ts";
import type { World } from "../world.ts";
import type { BookedAgency, BookedCustomer } from "./book.ts";
import { createCaller } from "./caller.ts";

const PAGE_SIZE = 1_000;
/** Far more than a run can spend. */
const PLENTY = 100_000_000;
/** One customer in so many has an address that the sandbox treats in this way. */
const STEERED: readonly (readonly [every: number, word: string])[] = [
  [97, "bounce"],
  [193, "complain"],
  [197, "unsubscribe"],
  [89, "open"],
];

/** Makes an agency with its template, credits and customers. */
export async function createAgency(
  world: World,
  plan: { number: number; customers: number; credits?: number; verify?: boolean },
): Promise<BookedAgency> {
  const name = `Agency ${plan.number}`;
  const domain = `mail-${plan.number}.example.com`;
  const credits = plan.credits ?? PLENTY;
  const operator = createCaller(world.apiUrls, world.operatorKey);
  const created = await operator.call((api) =>
    api.agencies.createAgency({
      idempotencyKey: `chaos-agency-${plan.number}`,
      settings: {
        name,
        sendingDomain: domain,
        postalAddress: "12 Harbor Street, Biloxi, MS 39530",
        timeZone: "America/Chicago",
        verifyAddresses: plan.verify ?? false,
      },
      adminEmail: `admin@${domain}`,
      adminName: "Admin",
    }),
  );
  operator.close();
  const id = created.agency?.id;
  if (id === undefined) throw new Error("CreateAgency answered without its agency");
  await topUp(world, id, credits, `chaos-credits-${plan.number}`);
  const admin = createCaller(world.apiUrls, created.apiKey);
  const templateId = await admin.call(async (api) => {
    const { template } = await api.templates.createTemplate(STORM_TEMPLATE);
    return template?.id ?? "";
  });
  const listId = await admin.call(async (api) => {
    const report = await importCsv(api, csv(plan.number, plan.customers), "Everyone");
    if (report.failed > 0)
      throw new Error(`the import refused ${report.failed} rows: ${report.errors[0]?.message}`);
    return report.listId;
  });
  const customers = await admin.call(readCustomers);
  admin.close();
  return { id, name, domain, apiKey: created.apiKey, templateId, listId, customers, credits };
}

/** Gives an agency credits, once for each key. */
export async function topUp(world: World, agencyId: string, amount: number, key: string): Promise<void> {
  const operator = createCaller(world.apiUrls, world.operatorKey, agencyId);
  await operator.call((api) => api.agencies.topUpCredits({ idempotencyKey: key, amount: BigInt(amount) }));
  operator.close();
}

async function readCustomers(api: Api): Promise<BookedCustomer[]> {
  const customers: BookedCustomer[] = [];
  let token = "";
  do {
    const page = await api.customers.listCustomers({ page: { size: PAGE_SIZE, token } });
    for (const { id, email } of page.customers) customers.push({ id, email });
    token = page.page?.nextToken ?? "";
  } while (token !== "");
  return customers;
}

function csv(agency: number, customers: number): string {
  const lines = ["external_id,email,first_name,last_name,city,policy_number"];
  for (let number = 1; number <= customers; number++) {
    const word = STEERED.find(([every]) => number % every === 0)?.[1] ?? "customer";
    const email = `${word}-${agency}-${number}@example.com`;
    lines.push(`c${agency}-${number},${email},Ada,Lovelace ${number},Biloxi,HO-${number}`);
  }
  return `${lines.join("\n")}\n`;
}
