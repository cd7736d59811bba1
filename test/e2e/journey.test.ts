// One agency's day in the real browser, on real parts, with a provider that misbehaves.
import { sql } from "kysely";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/support/until.ts";
import { setFaults, startBed, steer, type Bed } from "./bed.ts";
import { publishRubbish } from "./seed.ts";
import { sendBlast, writeTemplate } from "./writing.ts";

// Installing a browser, building the console and starting the stack, each the first time.
const startMs = 180_000;
const journeyMs = 120_000;

const customers = 60;
const optedOut = "ann.optout@example.com";
const lost = "lena.lost@example.com";

let bed: Bed;
beforeAll(async () => {
  bed = await startBed();
}, startMs);
afterAll(() => bed?.stop());

test(
  "somebody imports, writes, tries, sends, watches, asks why, retries; an operator steers queues; a schedule fires",
  { timeout: journeyMs },
  async ({ onTestFailed }) => {
    onTestFailed(() => bed.keepPictures());
    const ada = await bed.open(bed.people.admin);
    await importCustomers(ada);
    await writeTemplate(ada, "Storm warning");

    await misbehave();
    await sendBlast(ada, { name: "Hurricane Wanda", list: "Coast", template: "Storm warning" });
    await watchItFinish(ada);
    await askWhy(ada);
    await retryTheLost(ada);
    await setFaults(bed.stack, []);

    const olga = await bed.open(bed.people.operator);
    await pauseQueue(olga);
    await sendBlast(ada, { name: "After the storm", list: "Coast", template: "Storm warning" });
    await ada.getByText("Live", { exact: true }).waitFor();
    await resumeQueue(olga);
    await ada.getByText("The blast is completed.").waitFor({ state: "attached" });

    await requeueDeadLetter(olga);
    await scheduleAndSeeItFire(ada);
    expect(bed.problems()).toEqual([]);
  },
);

async function importCustomers(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Customers" }).click();
  await page.getByRole("link", { name: "Import CSV" }).click();
  const people = Array.from({ length: customers - 2 }, (_, n) => `c${n}@example.com,Carl ${n},Biloxi,no`);
  const lines = [
    "E-Mail,First name,City,Opted out",
    ...people,
    `${optedOut},Ann,Gulfport,yes`,
    `${lost},Lena,Mobile,no`,
  ];
  await page.locator("input[type=file]").setInputFiles({
    name: "coast.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`${lines.join("\r\n")}\r\nno address,Bob,Biloxi,no\r\n`),
  });
  await page.getByLabel("List").fill("Coast");
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.getByText("1 value is wrong").waitFor();
  await page.getByRole("button", { name: `Import ${customers} customers` }).click();
  await page.getByRole("link", { name: "Look at them" }).click();
  await page.getByRole("status").getByText(`${customers} customers`).waitFor();
}

/** Some calls are refused for now, some answers are lost, and one mail is lost before the provider has it. */
async function misbehave(): Promise<void> {
  await steer(bed.stack, "config", { latencyMs: 150 });
  await setFaults(bed.stack, [
    { match: { path: "/messages", to: lost }, kind: "reset-before", count: 1 },
    { match: { path: "/messages" }, kind: "500-after", count: 1 },
    { match: { path: "/messages" }, kind: "429", probability: 0.2, count: 5, retryAfterSeconds: 1 },
  ]);
}

async function watchItFinish(page: Page): Promise<void> {
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByText("The blast is completed.").waitFor({ state: "attached" });
  const sheet = page.getByRole("progressbar", { name: "Progress" }).first();
  expect(await sheet.getAttribute("aria-valuetext")).toBe(`${customers} of ${customers}`);
}

async function askWhy(page: Page): Promise<void> {
  await page.getByRole("tab", { name: /Deliveries/ }).click();
  await page.getByLabel("Find a customer by the beginning of the address").fill("ann.opt");
  await page.getByRole("row").filter({ hasText: optedOut }).click();
  const drawer = page.getByRole("dialog", { name: optedOut });
  await drawer
    .getByText(/opted out/i)
    .first()
    .waitFor();
  await drawer.getByRole("button", { name: "Close" }).click();
}

async function retryTheLost(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Retry the failed" }).click();
  const dialog = page.getByRole("dialog", { name: "Retry exactly the failed" });
  await dialog.getByLabel(/^Held/).check();
  await dialog.getByRole("button", { name: /^Retry \d+ deliver/ }).click();
  await page.getByText(/tried again/).waitFor();
  await page.getByRole("tab", { name: "Overview" }).click();
  await page.getByRole("link", { name: new RegExp(`Accepted ${customers - 1}`) }).waitFor();
  const mails = await (await fetch(new URL(`/_sandbox/stats`, bed.stack.sandboxUrl))).json();
  expect(mails).toMatchObject({ accepted: customers - 1, duplicates: 0 });
}

async function pauseQueue(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Queues" }).click();
  await chooseForLane(page, "Pause…");
  await page
    .getByRole("dialog", { name: "Pause this queue?" })
    .getByRole("button", { name: "Pause" })
    .click();
  await page.getByText("Paused", { exact: true }).first().waitFor();
}

async function resumeQueue(page: Page): Promise<void> {
  await chooseForLane(page, "Resume…");
  await page
    .getByRole("dialog", { name: "Resume this queue?" })
    .getByRole("button", { name: "Resume" })
    .click();
}

async function chooseForLane(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "Steer customer, lane Standard" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function requeueDeadLetter(page: Page): Promise<void> {
  await publishRubbish(bed);
  await page.getByRole("link", { name: "Error queue" }).click();
  const letters = page.getByRole("table", { name: "Dead letters" });
  await letters.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "Put back 1 chosen" }).click();
  const dialog = page.getByRole("dialog", { name: "Put back on the queue?" });
  await dialog.getByRole("button", { name: "Put back" }).click();
  await dialog.getByText("Done: 1 message went back.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
}

async function scheduleAndSeeItFire(page: Page): Promise<void> {
  await sendBlast(page, { name: "Spring check", list: "Coast", template: "Storm warning", later: true });
  await letItBeDue();
  await page.getByRole("link", { name: "Blasts" }).click();
  await page.getByRole("link", { name: "Spring check" }).click();
  await page.getByText("The blast is completed.").waitFor({ state: "attached" });
}

/** Tomorrow comes now for the one schedule, so that nobody waits for it. */
async function letItBeDue(): Promise<void> {
  await until("the schedule", 10_000, async () => {
    const { numAffectedRows } = await bed.database.asSystem((tx) =>
      sql`UPDATE schedules SET next_at = now() WHERE next_at IS NOT NULL`.execute(tx),
    );
    return numAffectedRows === 1n;
  });
}
