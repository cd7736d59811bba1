// What may import what (docs/ARCHITECTURE.md): each rule is broken once in a planted file, and the linter must say so. That the house itself
// breaks none is `make check`.
import { expect, test } from "vitest";
import { lintPlanted } from "./lint-planted.ts";

type Planted = readonly [why: string, path: string, imported: string];

const forbidden: readonly Planted[] = [
  ["domain has no runtime", "core/domain/delivery", "#core/runtime/log.ts"],
  ["domain has no runtime, by a relative path either", "core/domain/delivery", "../../runtime/log.ts"],
  ["domain has no adapters", "core/domain/delivery", "#core/adapters/postgres/database.ts"],
  [
    "domain has no adapters, by a relative path either",
    "core/domain/delivery",
    "../../adapters/postgres/database.ts",
  ],
  ["domain reads no files", "core/domain/import", "node:fs"],
  ["domain reads no files asynchronously", "core/domain/import", "node:fs/promises"],
  ["domain has no timers", "core/domain/schedule", "node:timers/promises"],
  ["domain has no database", "core/domain/delivery", "kysely"],
  ["domain has no broker", "core/domain/delivery", "@nats-io/jetstream"],
  ["Handlebars is for rendering", "core/domain/delivery", "handlebars"],
  ["recurrence rules are for the schedule", "core/domain/rendering", "rrule-temporal"],
  ["domain is not developed with dev", "core/domain/delivery", "#dev/stack/stack.ts"],
  ["runtime has no domain", "core/runtime", "#core/domain/delivery/id.ts"],
  ["runtime has no domain, by a relative path either", "core/runtime", "../domain/delivery/id.ts"],
  ["runtime has no adapters", "core/runtime", "#core/adapters/nats/connect.ts"],
  ["runtime has no database", "core/runtime", "pg"],
  ["runtime sends no mail", "core/runtime", "mailgun.js"],
  ["postgres has no broker", "core/adapters/postgres", "@nats-io/transport-node"],
  ["postgres has no other adapter", "core/adapters/postgres", "#core/adapters/nats/publisher.ts"],
  [
    "postgres has no other adapter, by a relative path either",
    "core/adapters/postgres/blasts",
    "../../nats/publisher.ts",
  ],
  ["nats has no database", "core/adapters/nats", "kysely"],
  ["nats has no other adapter", "core/adapters/nats", "#core/adapters/postgres/database.ts"],
  ["mailgun has no database", "core/adapters/mailgun", "pg"],
  ["kickbox has no mail provider", "core/adapters/kickbox", "mailgun.js"],
  ["adapters serve no RPC", "core/adapters/postgres", "@connectrpc/connect"],
  ["the api has no SQL of its own", "services/api/routes/blast", "kysely"],
  ["customer-sender has no vendor of its own", "services/customer-sender", "mailgun.js"],
  ["list-sender has no broker of its own", "services/list-sender", "@nats-io/jetstream"],
  ["services do not import each other", "services/api", "../list-sender/feeder.ts"],
  [
    "services do not import each other from three folders down",
    "services/api/routes/blast",
    "../../../scheduler/timers.ts",
  ],
  [
    "services do not import each other from four folders down",
    "services/api/routes/customer/import",
    "../../../../scheduler/timers.ts",
  ],
  ["the command line has no service", "services/cli", "../api/serve.ts"],
  ["services have no test", "services/scheduler", "#test/support/database.ts"],
  ["services have no dev, by a relative path either", "services/scheduler", "../../dev/stack/stack.ts"],
];

const allowed: readonly Planted[] = [
  ["rendering uses Handlebars", "core/domain/rendering", "handlebars"],
  ["the schedule uses recurrence rules", "core/domain/schedule", "rrule-temporal"],
  ["runtime uses the NATS client", "core/runtime", "@nats-io/transport-node"],
  ["postgres uses its vendor", "core/adapters/postgres", "kysely"],
  ["services use all of core", "services/scheduler", "#core/adapters/postgres/database.ts"],
  ["tests use anything", "test/integration", "#core/domain/delivery/id.ts"],
  ["tests use services", "test/integration", "../../services/api/serve.ts"],
];

/** One file for each import; its name is its place in the table. */
function plant(table: readonly Planted[]): Record<string, string> {
  return Object.fromEntries(
    table.map(([, folder, imported], index) => [
      `${folder}/planted-${index}.ts`,
      `import * as planted from "${imported}";\n\nexport const kept = planted;\n`,
    ]),
  );
}

const named = (table: readonly Planted[]) =>
  table.map(([why, path, imported], index) => ({ why, path, imported, index }));
const restricted = "eslint(no-restricted-imports)";

const findings = lintPlanted({ ...plant(forbidden) });
const permitted = lintPlanted(plant(allowed));

test.each(named(forbidden))("$why: $path may not import $imported", ({ path, index }) => {
  const found = findings.filter(
    (finding) => finding.path === `${path}/planted-${index}.ts` && finding.rule === restricted,
  );
  expect(found).toHaveLength(1);
  expect(found[0]?.words).toMatch(/core|adapter|Services|product/);
});

test.each(named(allowed))("$why: $path may import $imported", ({ path, index }) => {
  expect(
    permitted.filter(
      (finding) => finding.path === `${path}/planted-${index}.ts` && finding.rule === restricted,
    ),
  ).toEqual([]);
});

test("modules that import each other in a circle are found", () => {
  const found = lintPlanted({
    "core/runtime/one.ts": 'import { two } from "./two.ts";\n\nexport const one = (): number => two();\n',
    "core/runtime/two.ts": 'import { one } from "./one.ts";\n\nexport const two = (): number => one();\n',
  });
  expect(found.map(({ rule }) => rule)).toContain("import(no-cycle)");
});

test("a promise that nobody waits for, such as a lost write, is found", () => {
  const found = lintPlanted({
    "services/api/planted.ts":
      "async function save(): Promise<void> {}\n\nexport function go(): void {\n  save();\n}\n",
  });
  expect(found.map(({ rule }) => rule)).toContain("typescript(no-floating-promises)");
});

test("a default export is found", () => {
  const found = lintPlanted({ "core/runtime/planted.ts": "export default function planted(): void {}\n" });
  expect(found.map(({ rule }) => rule)).toContain("import(no-default-export)");
});
