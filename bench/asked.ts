import type { Figure } from "./figures.ts";

type Row = {
  what: string;
  asked: string;
  keys: readonly string[];
  met: (values: readonly number[]) => boolean;
};

const GROWTH_MAX_PERCENT = 10;

/** What was asked of Fanfare, in words, and how to tell whether a run met it. The comparison with another program is in docs/performance.md. */
const ROWS: readonly Row[] = [
  { what: "freeze of a million, s", asked: "≤ 30", keys: ["fan_out_freeze_s"], met: atMost(30) },
  {
    what: "senders had a full batch while it was released, % of the time",
    asked: "≥ 95",
    keys: ["fan_out_senders_fed_percent"],
    met: atLeast(95),
  },
  {
    what: "list-sender, peak MB at a million",
    asked: "≤ 150",
    keys: ["fan_out_list_sender_peak_mb_million"],
    met: atMost(150),
  },
  {
    what: "list-sender, peak MB at a million, at ten thousand",
    asked: `within ${GROWTH_MAX_PERCENT} %`,
    keys: ["fan_out_list_sender_peak_mb_million", "fan_out_list_sender_peak_mb_some"],
    met: ([large = 0, small = 0]) => large <= small * (1 + GROWTH_MAX_PERCENT / 100),
  },
  {
    what: "cost of a mail, a million ÷ ten thousand",
    asked: "≤ 1.15",
    keys: ["fan_out_cost_ratio"],
    met: atMost(1.15),
  },
  {
    what: "ten customers, standard, behind a million ÷ alone",
    asked: "≤ 2",
    keys: ["fairness_standard_ratio"],
    met: atMost(2),
  },
  {
    what: "ten customers, urgent, behind a million ÷ alone",
    asked: "≤ 1.2",
    keys: ["fairness_urgent_ratio"],
    met: atMost(1.2),
  },
  {
    what: "the same with a provider at 100 ms, standard",
    asked: "≤ 2",
    keys: ["fairness_standard_far_ratio"],
    met: atMost(2),
  },
  {
    what: "the same with a provider at 100 ms, urgent",
    asked: "≤ 1.2",
    keys: ["fairness_urgent_far_ratio"],
    met: atMost(1.2),
  },
  {
    what: "Jain's index of 20 equal agencies",
    asked: "≥ 0.95",
    keys: ["fairness_jain_index"],
    met: atLeast(0.95),
  },
  { what: "direct send, idle, p50 ms", asked: "≤ 20", keys: ["direct_send_idle_p50_ms"], met: atMost(20) },
  { what: "direct send, idle, p99 ms", asked: "≤ 60", keys: ["direct_send_idle_p99_ms"], met: atMost(60) },
  {
    what: "direct send, beside a bulk blast, p99 ms",
    asked: "≤ 250",
    keys: ["direct_send_bulk_p99_ms"],
    met: atMost(250),
  },
  {
    what: "SendBlast at 200 requests/s, p99 ms",
    asked: "≤ 25",
    keys: ["send_blast_200_per_s_p99_ms"],
    met: atMost(25),
  },
  {
    what: "two customer-senders ÷ one, provider at 100 ms",
    asked: "≥ 1.6",
    keys: ["scale_out_ratio"],
    met: atLeast(1.6),
  },
  {
    what: "mails in flight at the sink, limit over both",
    asked: "≤ the limit",
    keys: ["scale_out_in_flight_max_n", "scale_out_limit_n"],
    met: ([most = 0, limit = 0]) => most <= limit,
  },
  { what: "slowest list page, ms", asked: "≤ 50", keys: ["growth_slowest_page_ms"], met: atMost(50) },
];

/** Asked, measured, met? What a run did not measure is left out. It judges nothing else: the exit code stays 0. */
export function askedTable(figures: readonly Figure[]): { text: string; markdown: string } {
  const values = new Map(figures.map(({ key, value }) => [key, value]));
  const rows = ROWS.flatMap(({ what, asked, keys, met }) => {
    const measured = keys.flatMap((key) => values.get(key) ?? []);
    if (measured.length < keys.length) return [];
    return [[what, asked, measured.join(" / "), met(measured) ? "yes" : "NO"] as const];
  });
  const text = rows
    .map(
      ([what, asked, measured, met]) =>
        `  ${what.padEnd(64)} ${asked.padStart(12)} ${measured.padStart(14)}  ${met}`,
    )
    .join("\n");
  const markdown = [
    "| | asked | measured | met |",
    "|---|---:|---:|---|",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
  return { text, markdown };
}

function atMost(limit: number): Row["met"] {
  return ([value = Number.NaN]) => value <= limit;
}

function atLeast(limit: number): Row["met"] {
  return ([value = Number.NaN]) => value >= limit;
}
