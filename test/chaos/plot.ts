// Mails a second through the faults, as an SVG of our own: no library, no script, readable on light and dark pages.

export type PlotPoint = { second: number; value: number };
export type PlotMark = { second: number; colour: string; title: string };

export type Plot = {
  title: string;
  /** One value a second, from 0. */
  values: readonly number[];
  marks: readonly PlotMark[];
  /** Times without faults, in seconds. */
  quiet: readonly { from: number; until: number }[];
  legend: readonly { colour: string; text: string }[];
};

const WIDTH = 1_000;
const HEIGHT = 320;
const LEFT = 60;
const RIGHT = 15;
const TOP = 50;
const BOTTOM = 45;
/** Values are averaged over so many seconds where there are more than pixels. */
const COLUMNS_MAX = 600;
const GRID_LINES = 4;

/** Draws it; the text of an SVG file. */
export function drawPlot({ title, values, marks, quiet, legend }: Plot): string {
  const seconds = Math.max(1, values.length);
  const width = WIDTH - LEFT - RIGHT;
  const height = HEIGHT - TOP - BOTTOM;
  const x = (second: number) => (LEFT + (Math.min(second, seconds) / seconds) * width).toFixed(1);
  const columns = average(values, Math.ceil(seconds / COLUMNS_MAX));
  const top = niceCeiling(Math.max(1, ...columns.map(({ value }) => value)));
  const y = (value: number) => (TOP + height - (value / top) * height).toFixed(1);
  const line = columns.map(({ second, value }) => `${x(second)},${y(value)}`).join(" ");
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="18" font-size="14" font-weight="bold">${escape(title)}</text>`,
    ...legend.map(({ colour, text }, index) => {
      const at = LEFT + index * 170;
      return `<rect x="${at}" y="28" width="10" height="10" fill="${colour}"/><text x="${at + 15}" y="37">${escape(text)}</text>`;
    }),
    ...quiet.map(
      ({ from, until }) =>
        `<rect x="${x(from)}" y="${TOP}" width="${(Number(x(until)) - Number(x(from))).toFixed(1)}" height="${height}" fill="#eef3ee"/>`,
    ),
  ];
  for (let grid = 0; grid <= GRID_LINES; grid++) {
    const value = (top / GRID_LINES) * grid;
    out.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#dddddd"/>`,
      `<text x="${LEFT - 6}" y="${Number(y(value)) + 4}" text-anchor="end" fill="#555555">${value.toLocaleString("en")}</text>`,
    );
  }
  const everySeconds = seconds > 300 ? 60 : seconds > 60 ? 30 : 10;
  for (let second = 0; second <= seconds; second += everySeconds)
    out.push(
      `<text x="${x(second)}" y="${HEIGHT - BOTTOM + 28}" text-anchor="middle" fill="#555555">${second} s</text>`,
    );
  out.push(`<polyline points="${line}" fill="none" stroke="#1f5fa8" stroke-width="1.4"/>`);
  for (const { second, colour, title: text } of marks)
    out.push(
      `<line x1="${x(second)}" x2="${x(second)}" y1="${TOP + height}" y2="${TOP + height + 10}" stroke="${colour}"><title>${escape(text)}</title></line>`,
    );
  return `${out.join("\n")}\n</svg>\n`;
}

/** One above the other, as one file. */
export function stackPlots(plots: readonly string[]): string {
  const nested = plots.map((plot, index) =>
    plot.replace("<svg ", `<svg y="${index * HEIGHT}" width="${WIDTH}" height="${HEIGHT}" `),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${plots.length * HEIGHT}">\n${nested.join("")}</svg>\n`;
}

function average(values: readonly number[], width: number): PlotPoint[] {
  const points: PlotPoint[] = [];
  for (let at = 0; at < values.length; at += width) {
    const some = values.slice(at, at + width);
    points.push({ second: at, value: some.reduce((sum, value) => sum + value, 0) / some.length });
  }
  return points;
}

/** 1, 2 or 5 times a power of ten, not below the value. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
