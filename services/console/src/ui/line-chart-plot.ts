import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartData, Line } from "./line-chart.tsx";
import type { ThemeColours } from "./theme-colours.ts";

const axisFont = "12px Inter, ui-sans-serif, system-ui, sans-serif";
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
// A bar fills this share of its bucket, and is never wider than this.
const barShare = 0.7;
const widestBarPx = 40;

/** Draws once; `update` gives it new values, `destroy` takes it away. It follows the width of its element. */
export function drawPlot(
  holder: HTMLElement,
  first: ChartData,
  height: number,
  colour: ThemeColours,
): { update: (data: ChartData) => void; destroy: () => void } {
  let now = first;
  const plot = new UPlot(
    {
      width: Math.max(200, holder.clientWidth),
      height,
      legend: { show: false },
      cursor: { y: false, points: { size: 7 } },
      tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), now.zone),
      scales: {
        x: { time: true, range: (_plot, min, max) => paddedTimes(min, max, now) },
        y: { range: (_plot, _min, max) => [0, Math.max(1, max ?? 1) * 1.1] },
      },
      axes: [
        {
          ...axis(colour),
          incrs: timeSteps,
          values: (_plot, splits, _axis, _space, step) => splits.map((at) => timeLabel(at, step, now.zone)),
        },
        { ...axis(colour), size: 48, values: (_plot, values) => values.map(shorten) },
      ],
      series: [{}, ...first.lines.map((line) => series(line, colour))],
      plugins: [tooltip(() => now)],
    },
    aligned(first),
    holder,
  );
  const resize = new ResizeObserver(() => plot.setSize({ width: Math.max(200, holder.clientWidth), height }));
  resize.observe(holder);
  return {
    update: (data) => {
      now = data;
      plot.setData(aligned(data));
    },
    destroy: () => {
      resize.disconnect();
      plot.destroy();
    },
  };
}

// Distances of the axis that people count in, in seconds.
const timeSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
  604_800,
];

/** The time of day, with seconds where they differ, and the day at midnight. */
function timeLabel(seconds: number, step: number, timeZone: string): string {
  const at = new Date(seconds * 1000);
  const text = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(at);
  const clock = { hour: "2-digit", minute: "2-digit" } as const;
  if (step < 60) return text({ ...clock, second: "2-digit" });
  const time = text(clock);
  return time === "00:00" || step >= 86_400 ? text({ day: "numeric", month: "short" }) : time;
}

const shorten = (value: number) => (Number.isInteger(value) ? compact.format(value) : "");

function aligned(data: ChartData): UPlot.AlignedData {
  return [[...data.times], ...data.lines.map((line) => [...line.values])] as UPlot.AlignedData;
}

/** Bars stand in the middle of their time, so half a bucket is needed at both ends. */
function paddedTimes(min: number | null, max: number | null, data: ChartData): [number, number] {
  const half = (data.stepSeconds ?? 0) / 2;
  const from = min ?? data.times[0] ?? 0;
  const to = max ?? data.times.at(-1) ?? 1;
  if (half === 0 && from === to) return [from - 30, to + 30];
  return [from - half, to + half];
}

function axis(colour: ThemeColours): UPlot.Axis {
  return {
    stroke: colour("text-2"),
    font: axisFont,
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1 },
  };
}

function series(line: Line, colour: ThemeColours): UPlot.Series {
  const stroke = colour(line.tone);
  const faint = stroke.replace("rgb(", "rgba(").replace(")", ", 0.12)");
  if (line.shape === "bars")
    return {
      label: line.label,
      stroke,
      fill: stroke,
      width: 0,
      points: { show: false },
      paths: UPlot.paths.bars!({ size: [barShare, widestBarPx], radius: 0.2 }),
    };
  return {
    label: line.label,
    stroke,
    width: 2,
    points: { show: false },
    ...(line.shape === "area" ? { fill: faint } : {}),
  };
}

/** The values under the pointer, beside it. */
function tooltip(data: () => ChartData): UPlot.Plugin {
  const box = document.createElement("div");
  Object.assign(box.style, {
    position: "absolute",
    zIndex: "2",
    top: "8px",
    padding: "6px 10px",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius-1)",
    background: "var(--surface)",
    boxShadow: "var(--shadow-2)",
    color: "var(--text)",
    font: "400 var(--size-2) / 1.5 var(--font)",
    pointerEvents: "none",
    whiteSpace: "pre",
    display: "none",
  });
  return {
    hooks: {
      init: (plot) => plot.over.append(box),
      setCursor: (plot) => {
        const at = plot.cursor.idx;
        const left = plot.cursor.left ?? -1;
        if (at === null || at === undefined || left < 0) {
          box.style.display = "none";
          return;
        }
        box.textContent = valuesAt(data(), at);
        box.style.display = "block";
        const width = plot.over.clientWidth;
        const goesLeft = left > width / 2;
        box.style.left = goesLeft ? "auto" : `${left + 14}px`;
        box.style.right = goesLeft ? `${width - left + 14}px` : "auto";
      },
    },
  };
}

function valuesAt(data: ChartData, at: number): string {
  const seconds = data.times[at];
  if (seconds === undefined) return "";
  const when = new Intl.DateTimeFormat("en-GB", {
    timeZone: data.zone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...((data.stepSeconds ?? 0) < 60 ? { second: "2-digit" } : {}),
  }).format(new Date(seconds * 1000));
  const lines = data.lines.map((line) => {
    const value = line.values[at];
    return `${line.label}: ${value === null || value === undefined ? "–" : whole.format(value)}`;
  });
  return [when, ...lines].join("\n");
}
