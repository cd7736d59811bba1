// What a visit may cost: bytes, the wait on a slow machine, frames while scrolling, and a page that answers while a blast storms.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/support/until.ts";
import { startBed, type Bed } from "./bed.ts";
import { hugeAudience, hugeBlast, stormingBlast } from "./huge-blast.ts";
import { frames, longTasks, noteLongTasks, scriptBytes, slowdown, startThreadClock } from "./measure.ts";
import { settled } from "./page-list.ts";

const startMs = 240_000;
const testMs = 120_000;

let bed: Bed;
beforeAll(async () => {
  bed = await startBed({ listSender: 0, customerSender: 0, scheduler: 0 });
}, startMs);
afterAll(() => bed?.stop());

test("the first page needs at most 200 kB of scripts", { timeout: testMs }, async () => {
  const page = await bed.open(bed.people.admin);
  // Signing in was a visit; another window of the same person has nothing in its cache.
  const state = await page.context().storageState();
  const fresh = await bed.browser.newContext({ baseURL: bed.stack.apiUrl, storageState: state });
  const visitor = await fresh.newPage();
  const bytes = await scriptBytes(visitor, async () => {
    await visitor.goto("/blasts");
    await settled(visitor);
  });
  console.log(`first load: ${(bytes / 1_000).toFixed(1)} kB of scripts, gzipped`);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(200_000);
  await Promise.all([fresh.close(), page.context().close()]);
});

const interactiveMs = 1_500;
const throttle = 4;
const visits = 3;
// Answers when the page's title stands there and nothing loads any more, in the page's own milliseconds.
const shown = `new Promise((resolve) => {
  const look = () =>
    document.querySelector("h1") !== null && document.querySelector("[role=status][aria-label^=Loading]") === null
      ? resolve(performance.now())
      : requestAnimationFrame(look);
  look();
})`;

test(
  "the first page is interactive within 1.5 s on a machine four times as slow",
  { timeout: testMs },
  async () => {
    const page = await bed.open(bed.people.admin);
    await noteLongTasks(page);
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    await session.send("Emulation.setCPUThrottlingRate", { rate: throttle });
    const times: { ms: number; slowdown: number }[] = [];
    for (let visit = 0; visit < visits; visit += 1) {
      const before = slowdown();
      await page.goto("/blasts", { waitUntil: "commit" });
      const shownMs = Number(await page.evaluate(shown));
      const tasks = await longTasks(page);
      const lastEndMs = Math.max(0, ...tasks.map(({ startTime, duration }) => startTime + duration));
      times.push({ ms: Math.max(shownMs, lastEndMs), slowdown: Math.max(before, slowdown()) });
    }
    // The best of three: other programs can only make it slower.
    const best = times.reduce((one, other) =>
      one.ms / one.slowdown <= other.ms / other.slowdown ? one : other,
    );
    console.log(
      `interactive after ${best.ms.toFixed(0)} ms with the CPU ${throttle} times slower, on a machine that was ${best.slowdown.toFixed(1)} times slower by other work`,
    );
    expect(best.ms).toBeLessThanOrEqual(interactiveMs * best.slowdown);
    await page.context().close();
  },
);

const scrollMs = 3_000;
const leastFrames = 50;
const readAllMs = 180_000;

test(
  "a table of 100,000 deliveries scrolls at 50 frames a second",
  { timeout: readAllMs + testMs },
  async () => {
    const blastId = await hugeBlast(bed.database, bed.people.agencyId);
    const page = await bed.open(bed.people.admin);
    await page.goto(`/blasts/${blastId}?tab=deliveries`);
    const table = page.getByRole("grid");
    await table.getByRole("row").nth(5).waitFor();
    await page.evaluate(`globalThis.table = document.querySelector("[role=grid]")`);
    // To the end again and again, until every page has been read.
    await until("all rows", readAllMs, async () => {
      await page.evaluate("table.scrollTop = table.scrollHeight");
      return Number(await table.getAttribute("aria-rowcount")) === hugeAudience + 1;
    });
    await page.evaluate("table.scrollTop = 0");
    const before = slowdown();
    const work = await startThreadClock(page);
    const down = await frames(page, scrollMs, "table.scrollTop += 220");
    const perFrameMs = (await work()) / ((down.perSecond * scrollMs) / 1_000);
    const slower = Math.max(before, slowdown());
    console.log(
      `100,000 rows: ${down.perSecond.toFixed(1)} frames/s scrolling, ${perFrameMs.toFixed(1)} ms of CPU a frame, on a machine that was ${slower.toFixed(1)} times slower by other work`,
    );
    // What a frame costs is the same on a busy machine; how many there are is not.
    expect(perFrameMs).toBeLessThanOrEqual(1_000 / leastFrames);
    expect(down.perSecond).toBeGreaterThanOrEqual(leastFrames / slower);
    await page.context().close();
  },
);

const stormMs = 5_000;
const perBatch = 100;
const changesPerSecond = 10_000;
const messagesPerSecond = 4;

test(
  "a page stays responsive while 10,000 deliveries a second are counted",
  { timeout: testMs },
  async () => {
    const storm = await stormingBlast(bed.database, bed.people.agencyId);
    const page = await bed.open(bed.people.admin);
    await noteLongTasks(page);
    await page.goto(`/blasts/${storm.blastId}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.evaluate(`
    globalThis.changes = 0;
    longTasks.length = 0;
    new MutationObserver(() => { changes += 1; }).observe(
      document.querySelector("[role=progressbar]"), { attributes: true, attributeFilter: ["aria-valuetext"] });`);
    const before = slowdown();
    const startedMs = performance.now();
    const elapsedMs = () => performance.now() - startedMs;
    let counted = 0;
    const drawing = frames(page, stormMs);
    while (elapsedMs() < stormMs) {
      const due = Math.floor((elapsedMs() / 1_000) * changesPerSecond) - counted;
      // One transaction for a hundred, as senders count; a machine that cannot keep up counts more at once.
      await storm.count(Math.max(perBatch, due));
      counted += Math.max(perBatch, due);
    }
    const drawn = await drawing;
    const clickedMs = performance.now();
    await page.getByRole("tab", { name: "Engagement" }).click();
    await page.getByRole("tab", { name: "Engagement", selected: true }).waitFor();
    const clickMs = performance.now() - clickedMs;
    const changes = Number(await page.evaluate("changes"));
    const blockedMs = (await longTasks(page)).reduce((sum, { duration }) => sum + duration - 50, 0);
    console.log(
      `${Math.round(counted / (stormMs / 1_000))} changes/s: ${changes} paintings in ${stormMs / 1_000} s, blocked for ${blockedMs.toFixed(0)} ms, ${drawn.perSecond.toFixed(0)} frames/s, a click took ${clickMs.toFixed(0)} ms (machine ${before.toFixed(1)} times slower by other work)`,
    );
    expect(changes).toBeGreaterThan(2);
    expect(changes).toBeLessThanOrEqual((messagesPerSecond * (stormMs + 1_000)) / 1_000);
    expect(blockedMs).toBeLessThanOrEqual(stormMs * 0.1 * before);
    await page.context().close();
  },
);
