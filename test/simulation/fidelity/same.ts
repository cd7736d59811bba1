import type { Pair } from "./pair.ts";

/** Both sides' answers as text that can be compared: blasts by their place, moments as such, rows in one order. */
export function plain(pair: Pair, side: "real" | "model", value: unknown): string {
  let text = JSON.stringify(tidy(value)) ?? "undefined";
  for (const [index, ids] of pair.known.entries()) text = text.replaceAll(ids[side], `blast ${index}`);
  return sorted(text);
}

function tidy(value: unknown): unknown {
  if (value instanceof Date) return "a moment";
  if (value instanceof Map) return tidy([...value.entries()]);
  if (value instanceof Set) return tidy([...value]);
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !ignored.has(name));
  return Object.fromEntries(
    kept.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => [name, tidy(of)]),
  );
}

// Ages are moments too; headers hold moments and random trace ids.
const ignored = new Set(["age_ms", "headers", "body"]);

/** Sets of rows have no order of their own. */
function sorted(text: string): string {
  const value = JSON.parse(text === "undefined" ? "null" : text) as unknown;
  return JSON.stringify(sort(value));
}

function sort(value: unknown): unknown {
  if (Array.isArray(value)) {
    const rows = value.map((row) => JSON.stringify(sort(row)));
    return rows.toSorted();
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, sort(of)]));
}

/** Runs the same on both sides and answers both answers; an error is an answer. */
export async function both<T>(
  pair: Pair,
  work: (side: Pair["real"], name: "real" | "model") => Promise<T>,
): Promise<{ real: T | undefined; model: T | undefined; realText: string; modelText: string }> {
  const run = async (name: "real" | "model") => {
    try {
      const value = await work(pair[name], name);
      return { value, error: undefined };
    } catch (error) {
      return { value: undefined, error: (error as Error).name };
    }
  };
  const real = await run("real");
  const model = await run("model");
  return {
    real: real.value,
    model: model.value,
    realText: real.error ?? plain(pair, "real", real.value),
    modelText: model.error ?? plain(pair, "model", model.value),
  };
}
