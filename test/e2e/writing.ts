// What an agency's user does again and again: writes a template, writes a blast.
import type { Page } from "playwright-core";

/** Writes a template in the editor, sees the mail that it makes, and saves it. */
export async function writeTemplate(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: "Templates" }).click();
  await page.getByRole("link", { name: "New template" }).first().click();
  await page.getByRole("heading", { level: 1, name: "New template" }).waitFor();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("textbox", { name: "Subject" }).fill("{{customer.first_name}}, a storm is near");
  await page
    .getByRole("textbox", { name: "HTML" })
    .fill(
      "<h1>Stay safe, {{customer.first_name}}</h1><p>{{custom_message}}</p><a href='{{unsubscribe_url}}'>No more of these</a>",
    );
  await page
    .frameLocator("iframe")
    .getByRole("heading", { name: /^Stay safe, \w+/ })
    .waitFor();
  await page.getByRole("button", { name: "Create template" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
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
  // Until it is there, the page before it shows, and may have a name too.
  await page.getByRole("heading", { level: 1, name: "New blast" }).waitFor();
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
