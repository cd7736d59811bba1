// How a page feels, in figures.
import type { Page, Request } from "playwright-core";

/** How many times slower than alone this machine computes just now, by wall time over CPU time of the same work; at least 1. */
export function slowdown(): number {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  const calibrationMs = 300;
  let spun = 0;
  for (let cpuMs = 0; cpuMs < calibrationMs; spun += 1)
    if (spun % 10_000 === 0) {
      const { user, system } = process.cpuUsage(startCpu);
      cpuMs = (user + system) / 1_000;
    }
  return Math.max(1, (performance.now() - startMs) / calibrationMs);
}

/** Bytes of scripts that went over the wire while `visit` ran. */
export async function scriptBytes(page: Page, visit: () => Promise<void>): Promise<number> {
  const requests: Request[] = [];
  const note = (request: Request) => void (request.resourceType() === "script" && requests.push(request));
  page.on("requestfinished", note);
  await visit();
  page.off("requestfinished", note);
  const sizes = await Promise.all(requests.map((request) => request.sizes()));
  return sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
}

/** Makes every page of this context note the tasks of 50 ms and more that block it. */
export async function noteLongTasks(page: Page): Promise<void> {
  await page.context().addInitScript(`
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) longTasks.push({ startTime, duration });
    }).observe({ type: "longtask", buffered: true });`);
}

/** Those tasks since the page was opened, in milliseconds. */
export function longTasks(page: Page): Promise<{ startTime: number; duration: number }[]> {
  return page.evaluate("longTasks");
}

/** Frames a second over `ms`, while `perFrame` runs in each, and the longest gap between two. */
export function frames(
  page: Page,
  ms: number,
  perFrame = "",
): Promise<{ perSecond: number; longestMs: number }> {
  return page.evaluate(`new Promise((resolve) => {
    let count = 0, first, last, longestMs = 0;
    const step = (now) => {
      first ??= now;
      if (last !== undefined) { count += 1; longestMs = Math.max(longestMs, now - last); }
      last = now;
      ${perFrame};
      if (now - first < ${ms}) requestAnimationFrame(step);
      else resolve({ perSecond: (count * 1000) / (now - first), longestMs });
    };
    requestAnimationFrame(step);
  })`);
}

/** Answers how many milliseconds of CPU the page's main thread took since the start; waiting for other programs is not among them. */
export async function startThreadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1_000;
  };
  const startMs = await read();
  return async () => (await read()) - startMs;
}
