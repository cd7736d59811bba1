// The part of docs/performance.md that a whole run writes: what was asked, what is beside it, where the CPU goes, and the plots.
import { readFileSync, writeFileSync } from "node:fs";
import type { Figure } from "./figures.ts";

const PAGE = new URL("../docs/performance.md", import.meta.url).pathname;
const BEGIN = "<!-- what follows is written by make bench -->";
const END = "<!-- until here -->";

/** A row of what was measured, and on the same line what limits it. */
type Beside = { what: string; key: string };

const RATES: readonly Beside[] = [
  { what: "**Fanfare, 200,000 customers, every guarantee on**", key: "pipeline_mails_per_s" },
  { what: "**Fanfare, 1,000,000 customers, freezing included**", key: "fan_out_mails_per_s" },
  { what: "the same, once it was frozen", key: "fan_out_sending_mails_per_s" },
  { what: "a job per customer on pg-boss, same template and sink", key: "baseline_mails_per_s" },
  {
    what: "JetStream alone: publish, pull and acknowledge",
    key: "limit_jetstream_publish_consume_msgs_per_s",
  },
  { what: "JetStream alone: publish in atomic batches", key: "limit_jetstream_publish_msgs_per_s" },
  { what: "PostgreSQL alone: UPDATE by unnest", key: "limit_postgres_update_rows_per_s" },
  { what: "PostgreSQL alone: COPY", key: "limit_postgres_copy_rows_per_s" },
  { what: "HTTP alone: the same calls to the sink", key: "limit_http_mails_per_s" },
];

const PROCESSES = ["customer_sender", "list_sender", "api", "scheduler", "postgres", "nats_server", "sink"];

const PLOTS: readonly (readonly [name: string, what: string])[] = [
  ["rates", "Mails, rows or messages a second"],
  ["cpu", "CPU by process"],
  ["million", "A million customers in tenths of the time"],
  ["fairness", "Ten customers, alone and behind a million"],
];

/** Puts a run's figures into the page, between its two marks. Throws when the marks are gone. */
export function writePage(figures: readonly Figure[], asked: string, machine: string): void {
  const page = readFileSync(PAGE, "utf8");
  const [from, until] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || until < from) throw new Error(`${PAGE} has lost its marks: ${BEGIN} … ${END}`);
  const block = blockOf(new Map(figures.map(({ key, value }) => [key, value])), asked, machine);
  writeFileSync(PAGE, `${page.slice(0, from + BEGIN.length)}\n\n${block}\n\n${page.slice(until)}`);
}

/** The text between the marks. */
export function blockOf(values: ReadonlyMap<string, number>, asked: string, machine: string): string {
  const write = (key: string) => {
    const value = values.get(key);
    return value === undefined ? "–" : value.toLocaleString("en", { maximumSignificantDigits: 3 });
  };
  return [
    `${machine} All figures, with their keys: [bench/results/latest.md](../bench/results/latest.md).`,
    "",
    "### Asked and measured",
    "",
    asked,
    "",
    "### Beside its limits",
    "",
    "| | a second |",
    "|---|---:|",
    ...RATES.map(({ what, key }) => `| ${what} | ${write(key)} |`),
    "",
    "### Which process spends what",
    "",
    "CPU seconds per 1,000 mails; the sink is not ours, and not in the sum.",
    "",
    "| | 200,000 customers | 1,000,000 |",
    "|---|---:|---:|",
    ...PROCESSES.map(
      (name) =>
        `| ${name.replace("_", "-")} | ${write(`pipeline_cpu_s_per_1000_mails_${name}`)} | ${write(`fan_out_cpu_s_per_1000_mails_${name}`)} |`,
    ),
    `| **all of ours** | **${write("pipeline_cpu_s_per_1000_mails")}** | **${write("fan_out_cpu_s_per_1000_mails_million")}** |`,
    `| pg-boss: worker and PostgreSQL | ${write("baseline_cpu_s_per_1000_mails")} | |`,
    "",
    ...PLOTS.map(([name, what]) => `![${what}](images/bench-${name}.svg)`),
  ].join("\n");
}
