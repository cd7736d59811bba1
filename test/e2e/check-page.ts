import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Violation = { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] };

/** What axe finds against WCAG 2.2 AA and its best practices in the page as it is now, a line each; empty when nothing. */
export async function violations(page: Page): Promise<string[]> {
  // By the debugger's door, which the page's content policy does not guard.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  // Colours on their way from one theme to the other are nobody's choice.
  await page.addStyleTag({ content: "* { transition: none !important }" });
  const found = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)",
  )) as Violation[];
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(" ")} ${failureSummary ?? ""}`),
  );
}
