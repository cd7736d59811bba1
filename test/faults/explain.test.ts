// Somebody asks about a mail whose sender was killed between "the provider has it" and "we wrote that down": `fanfare explain`, the real
// program, tells what was known, what the provider was asked and answered, and what is next.
import { execFile } from "node:child_process";
import { rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startStack, type Stack } from "#dev/stack/stack.ts";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { until } from "#test/support/until.ts";
import { callOptions, connect } from "../../services/cli/connect/connect.ts";
import { postJson } from "./fault-bed.ts";

const testTimeoutMs = 60_000;
/** Lease, horizon and looks are seconds here, and the machine may be busy. */
const settledWithinMs = 40_000;
/** Production's numbers made short, in their order: call < lease < horizon. */
const env = {
  MAILGUN_TIMEOUT_MS: "2000",
  FANFARE_LEASE_MS: "6000",
  FANFARE_DOUBT_HORIZON_MS: "12000",
};

let stack: Stack;
let apiKey: string;
let agency: ReturnType<typeof connect>;
let directory: string;

beforeAll(async () => {
  delete process.env["NATS_URL"];
  delete process.env["DATABASE_URL"];
  stack = await startStack({ env });
  directory = mkdtempSync(join(tmpdir(), "fanfare-explain-"));
  const { api, close } = connect({ url: stack.apiUrl, apiKey: stack.operatorKey });
  const settings = {
    name: "Bayou Mutual",
    sendingDomain: "mail.bayou.example",
    postalAddress: "12 Harbor Street, Biloxi, MS 39530",
    timeZone: "America/Chicago",
  };
  const call = callOptions(AbortSignal.timeout(testTimeoutMs));
  const created = await api.agencies.createAgency(
    { idempotencyKey: "agency", settings, adminEmail: "admin@bayou.example", adminName: "Admin" },
    call,
  );
  close();
  apiKey = created.apiKey;
  agency = connect({ url: stack.apiUrl, apiKey });
  await fanfare(stack.operatorKey, "--agency", created.agency!.id, "top-up", "100", "--key", "first");
  writeFileSync(join(directory, "people.csv"), "email,first_name\nada@example.com,Ada\nbob@example.com,Bob\n");
  writeFileSync(join(directory, "storm.txt"), "Dear {{customer.first_name}}, a storm is near.");
  await fanfare(apiKey, "import", join(directory, "people.csv"), "--list", "Everyone");
  await fanfare(apiKey, "template", "create", "Storm", "--subject", "A storm", "--text", join(directory, "storm.txt"));
}); // prettier-ignore
afterAll(async () => {
  agency?.close();
  await stack?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
});

/** The program as an operator starts it, in a time zone that does not change with the machine's. */
async function fanfare(key: string, ...args: string[]): Promise<string> {
  const main = join(PROJECT_DIRECTORY, "services/cli/main.ts");
  const options = { env: { ...process.env, FANFARE_URL: stack.apiUrl, FANFARE_API_KEY: key, TZ: "UTC" } };
  return (await promisify(execFile)(process.execPath, [main, ...args], options)).stdout;
}

/** Sends to one customer, kills the customer-sender while the provider has the call, and returns the delivery's id. */
async function killedMidSend(email: string, fault: "hang-after" | "hang-before"): Promise<string> {
  const [sender] = stack.services.customerSender;
  await postJson(`${stack.sandboxUrl}/_sandbox/faults`, [{ kind: fault, match: { path: "/messages", to: email } }]);
  const sent = await fanfare(apiKey, "send-to", email, "--template", "Storm", "--json");
  const { deliveryId } = JSON.parse(sent) as { deliveryId: string };
  await until("the provider to have the call", 20_000, async () => (await struck(fault)) === 1);
  await sender!.kill9();
  // Its log cannot be read until somebody has looked at the doubt, however slow the machine is.
  await postJson(`${stack.sandboxUrl}/_sandbox/faults`, [{ kind: "500-before", match: { path: "/analytics/logs" } }]);
  await sender!.restart();
  return deliveryId;
} // prettier-ignore

async function struck(fault: string): Promise<number> {
  const answer = await fetch(`${stack.sandboxUrl}/_sandbox/faults`);
  return ((await answer.json()) as { injected: Record<string, number> }).injected[fault] ?? 0;
}

/** What `explain` prints once the delivery is in a state. */
async function explainedAs(deliveryId: string, state: DeliveryState): Promise<string> {
  const explain = () => agency.api.blasts.explainDelivery({ deliveryId });
  await until(
    `${deliveryId} to be ${DeliveryState[state]}`,
    settledWithinMs,
    async () => (await explain()).delivery?.state === state,
    async () => (await explain()).summary,
  );
  return fanfare(apiKey, "explain", deliveryId);
}

/** The steps of a story, in their order. */
const stepsOf = (story: string): string[] =>
  [...story.matchAll(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}(\S+(?: \S+)*) {2,}/gm)].map(
    ([, step]) => step ?? "",
  );

test("a mail that the provider took while its sender was killed is explained from claim to proof", { timeout: testTimeoutMs }, async () => {
  // Webhooks would settle it before the log is asked.
  const { webhookUrl } = (await (await fetch(`${stack.sandboxUrl}/_sandbox/config`)).json()) as { webhookUrl: string };
  await postJson(`${stack.sandboxUrl}/_sandbox/config`, { webhookUrl: "" });
  const id = await killedMidSend("ada@example.com", "hang-after");
  const doubted = await explainedAs(id, DeliveryState.IN_DOUBT);
  expect(doubted).toMatch(/^Not known yet: the mail provider's answer to try 1 did not arrive; its log .*asked again on .*If it stays absent there beyond .*, the mail is held/);
  await postJson(`${stack.sandboxUrl}/_sandbox/faults`, []);
  const story = await explainedAs(id, DeliveryState.ACCEPTED);
  await postJson(`${stack.sandboxUrl}/_sandbox/config`, { webhookUrl });

  expect(stepsOf(story)).toEqual(["blast accepted", "frozen", "claimed", "in doubt", "provider asked", "accepted"]);
  expect(story).toMatch(/^Sent: the mail provider took the mail to ada@example\.com on .*Its answer was lost; the provider's log settled that after \d+ s\.$/m);
  expect(story).toMatch(/Try 1 began at customer-sender\S*: .* written down before the first byte left\.$/m);
  expect(story).toContain(`correlation_id: ${id}/1`);
  expect(story).toMatch(/The lease of customer-sender\S* ran out without a record: it died or hung .*not sent again/);
  expect(story).toMatch(/log was asked (once|\d+ times) in \d+ s for the correlation id of this try\./);
  expect(story).toMatch(/log has this try: accepted at \d\d:\d\d:\d\d C[SD]T\. So it went out, once/);
  expect(story).toMatch(/provider_event_at: \d{4}-\d\d-\d\dT/);
  expect(story).toMatch(/^next +nothing of ours/m);
}); // prettier-ignore

test("a mail that never reached the provider is held, with the reason and until when", { timeout: testTimeoutMs }, async () => {
  const id = await killedMidSend("bob@example.com", "hang-before");
  await postJson(`${stack.sandboxUrl}/_sandbox/faults`, []);
  const story = await explainedAs(id, DeliveryState.HELD);

  expect(stepsOf(story)).toEqual(["blast accepted", "frozen", "claimed", "in doubt", "provider asked", "held"]);
  expect(story).toMatch(/^Held since .*: the answer to try 1 was lost, and the mail provider's log does not show it, so the mail to bob@example\.com most likely did not go out\./m);
  expect(story).toMatch(/log was asked \d+ times in \d+ s for the correlation id of this try\. Its answer was complete, and the try was not in it\./);
  expect(story).toMatch(/Absent from the provider's log after \d+ s; policy hold\. .*held until a person decides, or until late word from the provider/);
  expect(story).toMatch(/^next +you decide: `fanfare retry \S+ --state held` sends .*`fanfare reject-held \S+` gives them up/m);
  expect(story).toContain("reason: absent_at_provider");
}); // prettier-ignore
