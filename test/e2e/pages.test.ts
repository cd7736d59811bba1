// Every page of the console as people see it: axe finds nothing, nothing is wider than a phone, and a picture is taken.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { startBed, type Bed } from "./bed.ts";
import { violations } from "./check-page.ts";
import { consolePages, settled, type ConsolePage } from "./page-list.ts";
import { seed, type Seeded } from "./seed.ts";

const startMs = 240_000;
const pageMs = 60_000;
const desktop = { width: 1280, height: 720 };
const phone = { width: 390, height: 844 };
const maxPictureBytes = 150_000;
// `make pictures` names docs/images; a run of the tests leaves no change behind.
const directory = join(PROJECT_DIRECTORY, process.env["FANFARE_PICTURES"] ?? ".fanfare/pictures");

let bed: Bed;
let seeded: Seeded;
const pages: Partial<Record<ConsolePage["who"], Page>> = {};

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  bed = await startBed();
  seeded = await seed(bed);
  pages.admin = await bed.open(bed.people.admin);
  pages.operator = await bed.open(bed.people.operator);
}, startMs);
afterAll(() => bed?.stop());

// Names only: ids are known when the seeds are.
const list = consolePages({ listId: "", templateId: "", blastId: "", customerId: "" });

describe.each(list.map(({ name }) => name))("the page %s", (name) => {
  test(
    "has no fault that axe knows, in light, dark and on a phone",
    { timeout: pageMs },
    async ({ onTestFailed }) => {
      onTestFailed(() => bed.keepPictures());
      const wanted = consolePages(seeded).find((one) => one.name === name)!;
      const page = pages[wanted.who]!;
      await page.setViewportSize(desktop);
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(wanted.path);
      await settled(page);
      await wanted.prepare?.(page);
      await settled(page);
      await picture(page, `console-${name}`);
      const found = { light: await violations(page), dark: [] as string[], phone: [] as string[] };
      await page.emulateMedia({ colorScheme: "dark" });
      if (wanted.main) await picture(page, `console-${name}-dark`);
      found.dark = await violations(page);
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize(phone);
      await settled(page);
      if (wanted.main) {
        await picture(page, `console-${name}-phone`);
        found.phone = await violations(page);
      }
      const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect({ ...found, wide, problems: bed.problems() }).toEqual({
        light: [],
        dark: [],
        phone: [],
        wide: 0,
        problems: [],
      });
    },
  );
});

async function picture(page: Page, name: string): Promise<void> {
  const path = join(directory, `${name}.png`);
  await page.screenshot({ path, animations: "disabled" });
  expect(statSync(path).size, `${name}.png is for the documents, which many people load`).toBeLessThan(
    maxPictureBytes,
  );
}
