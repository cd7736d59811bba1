// Plots of a whole run as SVG of our own: no library, no script, readable on light and dark pages.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "./figures.ts";

const IMAGES = new URL("../docs/images", import.meta.url).pathname;
const WIDTH = 900;
const LEFT = 290;
const RIGHT = 90;
const ROW = 26;
const TOP = 60;
const BAR = 16;
const COLOURS = ["#1f5fa8", "#d9822b", "#3d9970", "#8e5ea2", "#b23b3b", "#7f7f7f"];

/** A bar of one or more parts. */
type Bar = { label: string; parts: readonly { name: string; value: number }[] };

const PROCESSES = ["customer_sender", "list_sender", "postgres", "nats_server", "api", "scheduler"];

/** Writes every plot whose figures are there. */
export function drawPlots(figures: readonly Figure[]): void {
  const values = new Map(figures.map(({ key, value }) => [key, value]));
  const one = (label: string, key: string, name: string): Bar[] => {
    const value = values.get(key);
    return value === undefined ? [] : [{ label, parts: [{ name, value }] }];
  };
  mkdirSync(IMAGES, { recursive: true });
  const write = (name: string, title: string, bars: readonly Bar[]) => {
    if (bars.length > 0) writeFileSync(join(IMAGES, `bench-${name}.svg`), drawBars(title, bars));
  };
  write("rates", "Mails, rows or messages a second on this machine", [
    ...one("Fanfare, 200,000 customers", "pipeline_mails_per_s", "Fanfare"),
    ...one("Fanfare, 1,000,000 customers", "fan_out_mails_per_s", "Fanfare"),
    ...one("a job per customer on pg-boss", "baseline_mails_per_s", "the usual way"),
    ...one("JetStream alone, publish + consume", "limit_jetstream_publish_consume_msgs_per_s", "limits"),
    ...one("PostgreSQL alone, UPDATE", "limit_postgres_update_rows_per_s", "limits"),
    ...one("PostgreSQL alone, COPY", "limit_postgres_copy_rows_per_s", "limits"),
    ...one("HTTP alone, to the sink", "limit_http_mails_per_s", "limits"),
  ]);
  const byProcess = (label: string, prefix: string): Bar[] => {
    const parts = PROCESSES.flatMap((name) => {
      const value = values.get(`${prefix}_cpu_s_per_1000_mails_${name}`);
      return value === undefined ? [] : [{ name, value }];
    });
    return parts.length === 0 ? [] : [{ label, parts }];
  };
  write("cpu", "CPU seconds per 1,000 mails, by process", [
    ...byProcess("200,000 customers", "pipeline"),
    ...byProcess("1,000,000 customers", "fan_out"),
  ]);
  write(
    "million",
    "A million customers: mails a second in each tenth of the sending",
    Array.from({ length: 10 }, (_, at) =>
      one(`tenth ${at + 1}`, `fan_out_tenth_${at + 1}_mails_per_s`, "mails/s"),
    ).flat(),
  );
  write(
    "fairness",
    "A blast to ten customers, ms from the call to its last acceptance",
    [
      ["standard", "standard"],
      ["urgent", "urgent"],
      ["standard, provider at 100 ms", "standard_far"],
      ["urgent, provider at 100 ms", "urgent_far"],
    ].flatMap(([what, key]) => [
      ...one(`${what}, alone`, `fairness_${key}_alone_ms`, "alone"),
      ...one(`${what}, behind a million`, `fairness_${key}_behind_ms`, "behind a million of another agency"),
    ]),
  );
}

/** Horizontal bars, each from parts; the text of an SVG file. */
export function drawBars(title: string, bars: readonly Bar[]): string {
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const colour = (name: string) => COLOURS[names.indexOf(name) % COLOURS.length]!;
  const total = ({ parts }: Bar) => parts.reduce((sum, { value }) => sum + value, 0);
  const most = Math.max(...bars.map(total));
  const scale = (value: number) => (value / most) * (WIDTH - LEFT - RIGHT);
  const height = TOP + bars.length * ROW + 10;
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="15" y="20" font-size="14" font-weight="bold">${escape(title)}</text>`,
  ];
  let legendAt = 15;
  for (const name of names) {
    out.push(
      `<rect x="${legendAt}" y="32" width="10" height="10" fill="${colour(name)}"/>`,
      `<text x="${legendAt + 15}" y="41">${escape(name)}</text>`,
    );
    legendAt += 35 + name.length * 7;
  }
  for (const [index, bar] of bars.entries()) {
    const y = TOP + index * ROW;
    out.push(`<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${escape(bar.label)}</text>`);
    let x = LEFT;
    for (const { name, value } of bar.parts) {
      const width = scale(value);
      out.push(
        `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${colour(name)}"><title>${escape(name)} ${format(value)}</title></rect>`,
      );
      x += width;
    }
    out.push(`<text x="${(x + 6).toFixed(1)}" y="${y + 12}" fill="#555555">${format(total(bar))}</text>`);
  }
  return `${out.join("\n")}\n</svg>\n`;
}

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
