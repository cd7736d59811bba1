import { connect } from "../../services/cli/connect/connect.ts";
import type { Api } from "../../services/cli/connect/api.ts";
import type { Stack } from "../stack/stack.ts";

/** An agency of the demo, and the API as its admin sees it. */
export type DemoAgency = {
  name: string;
  id: string;
  timeZone: string;
  api: Api;
  /** What it was given. */
  credits: bigint;
  close: () => void;
};

export const GULF_COAST = {
  name: "Gulf Coast Insurance",
  domain: "mail.gulf-coast.example",
  timeZone: "America/Chicago",
  postalAddress: "12 Harbor Street, Biloxi, MS 39530",
  credits: 10_000n,
};

export const LAKESIDE = {
  name: "Lakeside Mutual",
  domain: "mail.lakeside.example",
  timeZone: "America/New_York",
  postalAddress: "4 Pier Road, Erie, PA 16507",
  credits: 2_000n,
};

/** Creates an agency as operator, tops up its credits, and goes on with its first admin's key. */
export async function createAgency(stack: Stack, plan: typeof GULF_COAST): Promise<DemoAgency> {
  const operator = connect({ url: stack.apiUrl, apiKey: stack.operatorKey });
  try {
    const { agency, apiKey } = await operator.api.agencies.createAgency({
      idempotencyKey: `demo-create-${plan.domain}`,
      settings: {
        name: plan.name,
        sendingDomain: plan.domain,
        fromName: plan.name,
        postalAddress: plan.postalAddress,
        timeZone: plan.timeZone,
        verifyAddresses: true,
      },
      adminEmail: `admin@${plan.domain}`,
      adminName: "Demo Admin",
    });
    if (agency === undefined) throw new Error("CreateAgency answered without its agency");
    await topUp(stack, agency.id, plan.credits);
    const { api, close } = connect({ url: stack.apiUrl, apiKey });
    return { name: plan.name, id: agency.id, timeZone: plan.timeZone, credits: plan.credits, api, close };
  } finally {
    operator.close();
  }
}

async function topUp(stack: Stack, agencyId: string, amount: bigint): Promise<void> {
  const operator = connect({ url: stack.apiUrl, apiKey: stack.operatorKey, agencyId });
  try {
    await operator.api.agencies.topUpCredits({
      idempotencyKey: `demo-top-up-${agencyId}`,
      amount,
      note: "demo",
    });
  } finally {
    operator.close();
  }
}
