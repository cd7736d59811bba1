// The whole stack and the reporter, as `make up` runs them: a blast with a hostile name completes, the reporter is killed while it makes the
// report, and still there is one report, whole, linked from its blast, and harmless.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect as connectBroker } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAgency, GULF_COAST, type DemoAgency } from "#dev/demo/agencies.ts";
import type { ManagedProcess } from "#dev/stack/process.ts";
import { startReporter } from "#dev/stack/reporter.ts";
import { startStack, type Stack } from "#dev/stack/stack.ts";
import type { Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import { errorOf } from "#test/support/error-of.ts";
import { until } from "#test/support/until.ts";
import { connect } from "../../../services/cli/connect/connect.ts";

const hostileName = "<script>alert(1)</script>\"><img src=x onerror=alert('1')> $\\frac{1}{0}$";
const reporterKey = "reporter-dev-key";
/** Made again when the ack wait of the killed try is over: 15 s, and a busy machine draws slowly. */
const reportWithinMs = 120_000;
const startWithinMs = 240_000;
const locals = ["ada", "bob", "open.cleo", "open.dan", "click.eve", "bounce.fred"];

let stack: Stack;
let reporter: ManagedProcess;
let agency: DemoAgency;
let directory: string;
let blast: Blast;

beforeAll(async () => {
  delete process.env["NATS_URL"];
  delete process.env["DATABASE_URL"];
  directory = mkdtempSync(join(tmpdir(), "fanfare-reports-"));
  stack = await startStack();
  reporter = await startReporter(stack, {
    env: { FANFARE_REPORT_DIR: directory, FANFARE_REPORT_AFTER_MS: "1500" },
  });
  agency = await createAgency(stack, GULF_COAST);
  const { customers, templates } = agency.api;
  const ids = await Promise.all(
    locals.map(async (local) => {
      const { customer } = await customers.createCustomer({ customer: { email: `${local}@bayou.example` } });
      return customer!.id;
    }),
  );
  const { template } = await templates.createTemplate({ name: "Storm", source: { subject: "A storm", text: "A storm is near." } });
  const { blastId } = await agency.api.blasts.sendBlast({
    idempotencyKey: "hostile",
    name: hostileName,
    content: { templateId: template!.id },
    audience: { of: { case: "customers", value: { ids } } },
  });
  await until("the report to be begun", reportWithinMs, () => reporter.tail().includes("report begun"), () => reporter.tail());
  await reporter.kill9();
  expect((await agency.api.blasts.getBlast({ blastId })).blast?.reportUrl).toBe("");
  await reporter.restart();
  blast = await until("the report to be linked", reportWithinMs, async () => {
    const found = (await agency.api.blasts.getBlast({ blastId })).blast;
    return found?.reportUrl ? found : undefined;
  }, () => reporter.tail());
}, startWithinMs + reportWithinMs); // prettier-ignore

afterAll(async () => {
  agency?.close();
  await reporter?.stop();
  await stack?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
});

const filesBelow = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

test("a reporter that was killed over a report makes it once, whole, and leaves nothing half", async () => {
  const files = filesBelow(directory);
  expect(files.map(({ name }) => name).toSorted()).toEqual(["report.html", "report.pdf"]);
  const [html, pdf] = ["report.html", "report.pdf"].map((wanted) => {
    const found = files.find(({ name }) => name === wanted)!;
    return readFileSync(join(found.parentPath, wanted), "latin1");
  });
  expect(html).toMatch(/<\/html>\s*$/);
  expect(pdf).toMatch(/^%PDF-[\s\S]*%%EOF\s*$/);
  const broker = await connectBroker({ servers: stack.natsUrl });
  try {
    const manager = await jetstreamManager(broker);
    const subject = `fanfare.event.blast.report_ready.${agency.id}`;
    const ready = async () =>
      (await manager.streams.info("EVENTS", { subjects_filter: subject })).state.subjects?.[subject];
    await until("the fact", 10_000, ready);
    expect(await ready()).toBe(1);
  } finally {
    await broker.close();
  }
});

test("the report is served to whoever has its address, and says what the blast came to", async () => {
  const answer = await fetch(blast.reportUrl);
  const html = await answer.text();
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(html).toContain("Gulf Coast Insurance");
  expect(html).toContain(`The provider accepted ${locals.length} of ${locals.length} mails`);
  expect(html).toContain("bayou.example");
  expect((await fetch(blast.reportUrl.replace(".html", ".pdf"))).status).toBe(200);
  const guessed = blast.reportUrl.replace(/-[\w-]{22}\//, `-${"A".repeat(22)}/`);
  expect((await fetch(guessed)).status).toBe(404);
});

test("a name made of markup is shown as it is and is no markup", async () => {
  const html = await (await fetch(blast.reportUrl)).text();
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).not.toMatch(/<script|<img|onerror=alert\('1'\)>/);
});

test("opens, clicks and bounces are counted once a customer", async () => {
  const { facts, domains, hours, curve } = await agency.api.blasts.getBlastStatistics({ blastId: blast.id });
  expect(facts).toMatchObject({ delivered: 5, opened: 3, clicked: 1, bounced: 1 });
  expect(domains).toMatchObject([{ domain: "bayou.example", audience: 6, accepted: 6, delivered: 5 }]);
  expect(hours.reduce((sum, { opened }) => sum + opened, 0)).toBe(3);
  expect(curve.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(6);
});

test("figures until a moment before the blast are none", async () => {
  const { facts, curve } = await agency.api.blasts.getBlastStatistics({
    blastId: blast.id,
    until: blast.acceptedAt!,
  });
  expect([facts?.delivered, facts?.opened, curve]).toEqual([0, 0, []]);
});

test("the reporter's key opens figures and link and nothing else, and nobody else sets a link", async () => {
  const asReporter = connect({ url: stack.apiUrl, apiKey: reporterKey, agencyId: agency.id });
  const elsewhere = connect({ url: stack.apiUrl, apiKey: reporterKey, agencyId: crypto.randomUUID() });
  try {
    const refused = [
      asReporter.api.blasts.getBlast({ blastId: blast.id }),
      asReporter.api.blasts.cancelBlast({ blastId: blast.id }),
      asReporter.api.customers.listCustomers({}),
      asReporter.api.agencies.getAgency({}),
      asReporter.api.queues.listDeadLetters({}),
      agency.api.blasts.recordBlastReport({ blastId: blast.id, url: "https://evil.example/", figuresUntil: timestampNow() }),
    ]; // prettier-ignore
    const errors = await Promise.all(refused.map((call) => errorOf(call)));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set([Code.PermissionDenied]));
    const stranger = elsewhere.api.blasts.getBlastStatistics({ blastId: blast.id });
    expect((await errorOf(stranger)).code).toBe(Code.NotFound);
    const script = { blastId: blast.id, url: "javascript:alert(1)", figuresUntil: timestampNow() };
    expect((await errorOf(asReporter.api.blasts.recordBlastReport(script))).code).toBe(Code.InvalidArgument);
  } finally {
    asReporter.close();
    elsewhere.close();
  }
});
