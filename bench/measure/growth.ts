// What years do to the pages that people open: millions of deliveries are loaded, then every list is read end to end through the API.
import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import { BlastState, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { createApi, type Api } from "../../services/cli/connect/api.ts";
import { joinCursor, makePage } from "../../services/api/rpc/page.ts";
import { createBenchAgency } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { percentile } from "../statistics.ts";
import { loadGrowth, type GrownAgency } from "./growth-rows.ts";

const SECTION = "growth";
/** The first ones open connections and read pages from disk that a second look has in memory; both are part of the maximum, one is not. */
const WARM_UP_CALLS = 2;
const CALLS = 15;
/** At scale 1 the load takes about a minute. */
const DELIVERIES = 1_000_000;
/** Nothing may hold a page longer than this. */
const CALL_TIMEOUT_MS = 30_000;

type Page = [name: string, read: () => Promise<unknown>];

/** Loads `scale` million deliveries of a new agency, and times its pages. A page that fails, or shows too little, fails the bench. */
export async function measureGrowth(
  { stack, figures, say }: Pick<Bench, "stack" | "figures" | "say">,
  scale: number,
): Promise<void> {
  const agency = await createBenchAgency(stack);
  try {
    const beganMs = performance.now();
    const deliveries = Math.round(DELIVERIES * scale);
    const grown = await loadGrowth(stack.databaseUrl, agency.agencyId, agency.templateId, deliveries, say);
    const add = (key: string, label: string, value: number) => figures.add(SECTION, key, label, value);
    add("growth_deliveries_n", "deliveries in the tables", grown.deliveries);
    add("growth_load_s", "seconds to load them by INSERT … SELECT", (performance.now() - beganMs) / 1_000);
    await timePages({ apiUrl: stack.apiUrl, apiKey: agency.apiKey, figures, say }, grown);
  } finally {
    agency.close();
  }
}

/** Times every page of an agency that was loaded. */
export async function timePages(
  o: { apiUrl: string; apiKey: string } & Pick<Bench, "figures" | "say">,
  grown: GrownAgency,
): Promise<void> {
  const add = (key: string, label: string, value: number) => o.figures.add(SECTION, key, label, value);
  const transport = createConnectTransport({
    baseUrl: o.apiUrl,
    httpVersion: "1.1",
    defaultTimeoutMs: CALL_TIMEOUT_MS,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", `Bearer ${o.apiKey}`);
        return next(request);
      },
    ],
  });
  let slowest = 0;
  for (const [name, read] of pagesOf(transport, grown)) {
    const tookMs = await time(read);
    const max = Math.max(...tookMs);
    slowest = Math.max(slowest, max);
    const p50 = percentile(tookMs, 50);
    add(`growth_${name}_p50_ms`, `${name.replaceAll("_", " ")}, p50 ms`, p50);
    add(`growth_${name}_max_ms`, `${name.replaceAll("_", " ")}, slowest of ${CALLS}, ms`, max);
    o.say(`${name}: p50 ${p50.toFixed(1)} ms, max ${max.toFixed(1)} ms`);
  }
  add("growth_slowest_page_ms", "the slowest of all pages, ms", slowest);
}

async function time(read: () => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let call = 0; call < WARM_UP_CALLS + CALLS; call += 1) {
    const beganMs = performance.now();
    await read();
    if (call >= WARM_UP_CALLS) tookMs.push(performance.now() - beganMs);
  }
  return tookMs;
}

function pagesOf(transport: Transport, grown: GrownAgency): Page[] {
  const api = createApi(transport);
  return [
    ...blastPages(api, grown),
    ...deliveryPages(api, grown),
    ...customerPages(api, grown),
    ...activityPages(transport, grown),
    ...otherPages(api),
  ];
}

/** The token of a page in the middle, as the API makes it. */
function behind(cursor: string): { token: string } {
  return { token: makePage([cursor, cursor], 1, (each) => each).page.nextToken };
}

function blastPages({ blasts }: Api, { largeBlastId, oldBlastId }: GrownAgency): Page[] {
  return [
    ["blasts_first", () => blasts.listBlasts({})],
    ["blasts_deep", () => blasts.listBlasts({ page: behind(oldBlastId), includeDirect: true })],
    ["blasts_direct", () => blasts.listBlasts({ includeDirect: true })],
    ["blasts_cancelled", () => blasts.listBlasts({ state: BlastState.CANCELLED, includeDirect: true })],
    ["blasts_paused", () => blasts.listBlasts({ state: BlastState.PAUSED, includeDirect: true })],
    ["blast", () => blasts.getBlast({ blastId: largeBlastId })],
  ];
}

function deliveryPages(
  { blasts }: Api,
  { largeBlastId: blastId, oldBlastId, largeSize }: GrownAgency,
): Page[] {
  const deep = behind(String(Math.floor(largeSize * 0.9)));
  const inState =
    (state: DeliveryState, page = {}) =>
    () =>
      blasts.listDeliveries({ blastId, state, page });
  return [
    ["deliveries_first", () => blasts.listDeliveries({ blastId })],
    ["deliveries_deep", () => blasts.listDeliveries({ blastId, page: deep })],
    ["deliveries_old", () => blasts.listDeliveries({ blastId: oldBlastId })],
    ["deliveries_accepted_deep", inState(DeliveryState.ACCEPTED, deep)],
    ["deliveries_skipped", inState(DeliveryState.SKIPPED)],
    ["deliveries_rejected", inState(DeliveryState.REJECTED)],
    ["deliveries_rejected_deep", inState(DeliveryState.REJECTED, deep)],
    ["deliveries_held", inState(DeliveryState.HELD)],
    ["deliveries_in_doubt", inState(DeliveryState.IN_DOUBT)],
    ["deliveries_sending", inState(DeliveryState.SENDING)],
    ["deliveries_pending", inState(DeliveryState.PENDING)],
    ["deliveries_retry", inState(DeliveryState.RETRY)],
    ["deliveries_rare_reason", () => blasts.listDeliveries({ blastId, reason: "rare_refusal" })],
    ["deliveries_no_such_reason", () => blasts.listDeliveries({ blastId, reason: "no_credit" })],
    [
      "explain_delivery",
      () => blasts.explainDelivery({ deliveryId: `${blastId}.${Math.ceil(largeSize / 2)}` }),
    ],
  ];
}

function customerPages({ customers }: Api, { listId, customers: count }: GrownAgency): Page[] {
  const middle = `01900000-0000-7000-8000-${Math.floor(count * 0.9)
    .toString(16)
    .padStart(12, "0")}`;
  return [
    ["customers_first", () => customers.listCustomers({})],
    ["customers_deep", () => customers.listCustomers({ page: behind(middle) })],
    ["customers_of_list_deep", () => customers.listCustomers({ listId, page: behind(middle) })],
    ["customers_search_common", () => customers.listCustomers({ search: "lovelace" })],
    ["customers_search_rare", () => customers.listCustomers({ search: `tomer.${count - 3}@` })],
    ["customers_search_none", () => customers.listCustomers({ search: "nobody-has-this" })],
    ["customers_search_address", () => customers.listCustomers({ search: `customer.7@mail7.example` })],
    ["customer_lists", () => customers.listCustomerLists({})],
    ["suppressions_first", () => customers.listSuppressions({})],
  ];
}

function activityPages(transport: Transport, { largeBlastId }: GrownAgency): Page[] {
  const activities = createClient(ActivityService, transport);
  const customerId = "01900000-0000-7000-8000-000000000007";
  const yearAgoUs = (Date.now() - 300 * 24 * 3_600_000) * 1_000;
  return [
    ["activities_first", () => activities.listActivities({})],
    [
      "activities_deep",
      () => activities.listActivities({ page: behind(joinCursor([yearAgoUs, largeBlastId, 1, 1])) }),
    ],
    ["activities_of_customer", () => activities.listActivities({ customerId })],
  ];
}

function otherPages({ agencies, queues, schedules, templates }: Api): Page[] {
  const weekAgoUs = (Date.now() - 5_000_000) * 1_000;
  return [
    ["credits", () => agencies.getCredits({})],
    ["ledger_first", () => agencies.listLedger({})],
    ["dead_letters_first", () => queues.listDeadLetters({})],
    [
      "dead_letters_deep",
      () =>
        queues.listDeadLetters({ includeRequeued: true, page: behind(joinCursor([weekAgoUs, "bench-1"])) }),
    ],
    ["dead_letters_rare_reason", () => queues.listDeadLetters({ reason: "invalid" })],
    ["dead_letters_other_queue", () => queues.listDeadLetters({ queue: "list" })],
    ["schedules", () => schedules.listSchedules({})],
    ["templates", () => templates.listTemplates({})],
    ["agency_users", () => agencies.listUsers({})],
  ];
}
