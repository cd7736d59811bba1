const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** 12,345. */
export function count(value: number | bigint): string {
  return whole.format(value);
}

/** 12.3K. */
export function compact(value: number | bigint): string {
  return short.format(value);
}

/** 12.5%; a dash when there is nothing to be a share of. */
export function percent(part: number, of: number): string {
  return of === 0 ? "–" : share.format(part / of);
}

/** "1 customer", "2 customers". */
export function plural(value: number | bigint, one: string, many = `${one}s`): string {
  return `${count(value)} ${Number(value) === 1 ? one : many}`;
}

/** "3 min 20 s". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
