// `make docs`: proto/ → docs/catalogue. `--check` only says what is out of date.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { ROOT } from "../bootstrap/tools.ts";
import { asyncApi } from "./asyncapi.ts";
import { readContracts } from "./contracts.ts";
import { openApi } from "./openapi.ts";
import { page } from "./page.ts";

const contracts = readContracts();
const yaml = (document: unknown) =>
  `# Made from proto/ by \`make docs\`; what is written here by hand is lost.\n${stringify(document, { lineWidth: 120, aliasDuplicateObjects: false })}`;
const files: Readonly<Record<string, string>> = {
  "asyncapi.yaml": yaml(asyncApi(contracts)),
  "openapi.yaml": yaml(openApi(contracts)),
  "README.md": page(contracts),
};

for (const [name, text] of Object.entries(files)) {
  const path = join(ROOT, "docs/catalogue", name);
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    console.log(`out of date: docs/catalogue/${name}. Run make docs and commit the result`);
    process.exitCode = 1;
  }
}
