// What an agency's user does again and again: writes a template, writes a blast.
import type { Page } from "playwright-core";
import { STORM_TEMPLATE } from "#dev/demo/storm-template.ts";
import type { Bed } from "./bed.ts";

/** A template, as a program makes it. */
export async function writeTemplate({ stack, people }: Bed, name: string): Promise<void> {
  const answer = await fetch(`${stack.apiUrl}/fanfare.api.v1.TemplateService/CreateTemplate`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${people.agencyKey}` },
    body: JSON.stringify({ name, source: STORM_TEMPLATE.source }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Writes a blast, reads its dry run and sends it; ends on the blast's page, or on the calendar for a later one. */
export async function sendBlast(
  page: Page,
  blast: { name: string; list: string; template: string; later?: boolean },
): Promise<void> {
  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: "Send", exact: true })
    .click();
  await page.getByLabel("Name", { exact: true }).fill(blast.name);
  await choose(page, "Customer list", blast.list);
  await choose(page, "Template", blast.template);
  await page.getByLabel("Your own words").fill("Take photos of your home today.");
  if (blast.later) await page.getByText("Later", { exact: true }).click();
  await page.getByRole("heading", { name: "Left out" }).waitFor();
  await page.getByRole("button", { name: blast.later ? /^Schedule for \d+/ : /^Send to \d+/ }).click();
  const dialog = page.getByRole("dialog", { name: new RegExp(blast.name) });
  await dialog.getByRole("button", { name: blast.later ? "Schedule" : /^Send to \d+/ }).click();
  await page.getByRole("heading", { level: 1, name: blast.later ? "Calendar" : blast.name }).waitFor();
}

/** Options carry a size or a version behind their name. */
async function choose(page: Page, label: string, name: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  const option = field.locator("option", { hasText: name });
  await option.waitFor({ state: "attached" });
  await field.selectOption((await option.getAttribute("value")) ?? "");
}
