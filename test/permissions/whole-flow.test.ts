// Every program under its own user on a broker that refuses everything else: a small blast goes through all of them.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAgency, GULF_COAST, type DemoAgency } from "#dev/demo/agencies.ts";
import { startExporter } from "#dev/stack/exporter.ts";
import type { ManagedProcess } from "#dev/stack/process.ts";
import { startReporter } from "#dev/stack/reporter.ts";
import { startWebhookSender } from "#dev/stack/services.ts";
import { startStack, type Stack } from "#dev/stack/stack.ts";
import { BlastState } from "#gen/fanfare/api/v1/blast_pb.js";
import { ExportService, ExportState } from "#gen/fanfare/api/v1/export_pb.js";
import { ExportFormat, ExportSubject } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { until } from "#test/support/until.ts";
import { startGuardedNats, type GuardedNats } from "./bed.ts";

const customers = 12;
// A reporter starts in some seconds, and waits for late webhooks before it draws.
const withinMs = 120_000;
const startWithinMs = 300_000;

let nats: GuardedNats;
let stack: Stack;
let directory: string;
let agency: DemoAgency;
let ids: string[];
let templateId: string;
const beside: ManagedProcess[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "fanfare-permissions-"));
  nats = await startGuardedNats([], join(directory, "nats.log"));
  const store = pathToFileURL(join(directory, "exports")).href;
  const as = (user: string) => ({ NATS_URL: nats.urlOf(user) });
  // The stack then takes this broker for somebody else's, and its programs get URLs of their own.
  process.env["NATS_URL"] = nats.url;
  try {
    stack = await startStack({
      serviceEnv: {
        api: { ...as("api"), FANFARE_EXPORT_STORE: store },
        listSender: as("list-sender"),
        customerSender: as("customer-sender"),
        scheduler: as("scheduler"),
      },
    });
  } finally {
    delete process.env["NATS_URL"];
  }
  beside.push(
    ...(await Promise.all([
      startExporter(stack, { env: { ...as("exporter"), FANFARE_EXPORT_STORE: store } }),
      startWebhookSender({
        env: { ...stack.env, ...as("webhook-sender") },
        port: 0,
        logDirectory: directory,
        echo: false,
      }),
      startReporter(stack, {
        env: { ...as("reporter"), FANFARE_REPORT_DIR: directory, FANFARE_REPORT_AFTER_MS: "500" },
      }),
    ])),
  );
  agency = await createAgency(stack, GULF_COAST);
  ids = await Promise.all(
    Array.from({ length: customers }, async (_, index) => {
      const made = await agency.api.customers.createCustomer({
        customer: { email: `c${index}@bayou.example` },
      });
      return made.customer!.id;
    }),
  );
  const source = { subject: "A storm", text: "It is near." };
  templateId = (await agency.api.templates.createTemplate({ name: "Storm", source })).template!.id;
}, startWithinMs);

afterAll(async () => {
  agency?.close();
  await Promise.all(beside.map((each) => each.stop()));
  await stack?.stop();
  await nats?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
});

test(
  "a blast, its report and an export pass every program under its own user",
  { timeout: 2 * withinMs },
  async () => {
    const { blasts } = agency.api;
    const exports = createClient(
      ExportService,
      createConnectTransport({
        baseUrl: stack.apiUrl,
        httpVersion: "1.1",
        interceptors: [
          (next) => (request) => {
            request.header.set("authorization", `Bearer ${stack.operatorKey}`);
            request.header.set("fanfare-agency", agency.id);
            return next(request);
          },
        ],
      }),
    );
    const { blastId } = await sendTo(ids, "permitted");
    const blast = await until(
      "the blast to be reported",
      withinMs,
      async () => {
        const found = (await blasts.getBlast({ blastId })).blast;
        return found?.reportUrl ? found : undefined;
      },
      () => tails(),
    );
    expect(blast).toMatchObject({ state: BlastState.COMPLETED, balanceSheet: { accepted: customers } });

    const spec = { subject: ExportSubject.DELIVERIES, format: ExportFormat.CSV, blastId };
    const asked = await exports.requestExport({ idempotencyKey: "permitted", spec });
    const done = await until(
      "the export to end",
      withinMs,
      async () => {
        const found = (await exports.getExport({ exportId: asked.export!.id })).export;
        return found !== undefined && found.state >= ExportState.COMPLETED ? found : undefined;
      },
      () => tails(),
    );
    expect(done).toMatchObject({ state: ExportState.COMPLETED, rows: BigInt(customers) });
  },
);

test("a broker that lost its disk gets its streams from the scheduler alone, and the next blast passes", async () => {
  await nats.crash();
  nats.wipe();
  await nats.restart();
  const { blastId } = await sendTo(ids, "after the disk was lost");
  const blast = await until("the blast after the loss", withinMs, async () => {
    const found = (await agency.api.blasts.getBlast({ blastId })).blast;
    return found?.reportUrl ? found : undefined;
  }, tails);
  expect(blast).toMatchObject({ state: BlastState.COMPLETED, balanceSheet: { accepted: customers } });
}, withinMs); // prettier-ignore

test("meanwhile the broker refused each of three services one look at the streams, and nothing else", () => {
  const log = readFileSync(join(directory, "nats.log"), "utf8");
  const line = /"FANFARE\/user:([^"]+)" - (?:Publish|Subscription) Violation - Subject "([^"]+)"/g;
  const refused = [...log.matchAll(line)].map(([, user, subject]) => `${user} ${subject}`);
  const look = (user: string) =>
    expect.stringMatching(new RegExp(`^${user} \\$JS\\.API\\.STREAM\\.INFO\\.\\w+$`));
  expect(refused.toSorted()).toEqual(["api", "customer-sender", "list-sender"].map(look));
});

/** Orders a blast to these customers. */
async function sendTo(audience: string[], idempotencyKey: string) {
  return agency.api.blasts.sendBlast({
    idempotencyKey,
    name: "Storm",
    content: { templateId },
    audience: { of: { case: "customers", value: { ids: audience } } },
  });
}

const tails = () =>
  [...Object.values(stack.services).flat(), ...beside].map((each) => each.tail()).join("\n");
