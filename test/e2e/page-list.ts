// Every page of the console: who looks at it, and where it is.
import type { Page } from "playwright-core";
import { until } from "#test/support/until.ts";
import type { Seeded } from "./seed.ts";

export type ConsolePage = {
  /** Also the name of its picture. */
  name: string;
  who: "admin" | "operator";
  path: string;
  /** Shown in the documents in dark and on a phone too. */
  main?: boolean;
  /** Brings it into the state that is worth a look. */
  prepare?: (page: Page) => Promise<void>;
};

/** The pages with the ids of what was seeded. */
export function consolePages(s: Seeded): ConsolePage[] {
  return [
    { name: "blasts", who: "admin", path: "/blasts" },
    { name: "blast", who: "admin", path: `/blasts/${s.blastId}`, main: true, prepare: plot },
    { name: "deliveries", who: "admin", path: `/blasts/${s.blastId}?tab=deliveries`, main: true },
    { name: "engagement", who: "admin", path: `/blasts/${s.blastId}?tab=engagement` },
    { name: "explain", who: "admin", path: `/blasts/${s.blastId}/deliveries/12?tab=deliveries` },
    {
      name: "send",
      who: "admin",
      path: `/send?list=${s.listId}&template=${s.templateId}`,
      main: true,
      prepare: dryRun,
    },
    { name: "customers", who: "admin", path: "/customers", main: true },
    { name: "customer", who: "admin", path: `/customers/${s.customerId}` },
    { name: "import", who: "admin", path: "/customers/import" },
    { name: "lists", who: "admin", path: "/customers/lists" },
    { name: "suppressions", who: "admin", path: "/customers/suppressions" },
    { name: "templates", who: "admin", path: "/templates" },
    { name: "template", who: "admin", path: `/templates/${s.templateId}`, main: true },
    { name: "calendar", who: "admin", path: "/calendar" },
    { name: "credits", who: "admin", path: "/credits" },
    { name: "settings", who: "admin", path: "/settings" },
    { name: "queues", who: "operator", path: "/control/queues", main: true },
    { name: "errors", who: "operator", path: "/control/errors" },
    { name: "doubts", who: "operator", path: "/control/doubts" },
    { name: "schedules", who: "operator", path: "/control/schedules" },
    { name: "agencies", who: "operator", path: "/control/agencies" },
  ];
}

// The plot is a chunk of its own, with figures of its own, and nothing says that it loads.
async function plot(page: Page): Promise<void> {
  await page.locator("canvas").first().waitFor();
}

async function dryRun(page: Page): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill("Hurricane Wanda: the day before");
  await page.getByRole("heading", { name: "Left out" }).waitFor();
  await page.locator("iframe").first().waitFor();
}

// A page that still loads after this shows something that never comes.
const settleMs = 20_000;

/** Waits until a page shows what it was opened for. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  const waiting = page.locator('[role="status"][aria-label^="Loading"], [aria-busy="true"]');
  await until(`${page.url()} to have loaded`, settleMs, async () => (await waiting.count()) === 0);
}
