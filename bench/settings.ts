import { SERVICE_NAMES, type ServiceName } from "#dev/stack/services.ts";

/** The parts of the bench, in the order in which they run. */
export const SECTIONS = [
  "limits",
  "pipeline",
  "direct-send",
  "send-blast",
  "webhooks",
  "fairness",
  "fan-out",
  "growth",
  "scale-out",
  "baseline",
] as const;
export type Section = (typeof SECTIONS)[number];

/** What may be profiled: a service by its directory's name, or PostgreSQL's statements. */
export type Profiled = { service: ServiceName; name: string } | "postgres" | undefined;

export type Settings = { scale: number; sections: readonly Section[]; profiled: Profiled };

/** Ten times the default is ten million customers, and an afternoon. */
const SCALE_MAX = 10;
/** Below this a run lasts shorter than what measures it. */
const SCALE_MIN = 0.01;

/** Reads BENCH_SCALE, BENCH_ONLY and BENCH_PROFILE; throws with what is allowed. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const scale = Number(env["BENCH_SCALE"] || "1");
  if (!(scale >= SCALE_MIN && scale <= SCALE_MAX))
    throw new Error(`BENCH_SCALE is ${env["BENCH_SCALE"]}; it must be from ${SCALE_MIN} to ${SCALE_MAX}`);
  return { scale, sections: readSections(env["BENCH_ONLY"]), profiled: readProfiled(env["BENCH_PROFILE"]) };
}

function readSections(text = ""): readonly Section[] {
  const wanted = text.split(",").filter((name) => name !== "");
  const unknown = wanted.find((name) => !SECTIONS.some((section) => section === name));
  if (unknown !== undefined)
    throw new Error(`BENCH_ONLY names ${unknown}; there are ${SECTIONS.join(", ")}, joined by commas`);
  return wanted.length === 0 ? SECTIONS : SECTIONS.filter((section) => wanted.includes(section));
}

function readProfiled(name = ""): Profiled {
  if (name === "" || name === "postgres") return name || undefined;
  const service = SERVICE_NAMES.find((each) => directoryOf(each) === name);
  if (service !== undefined) return { service, name };
  throw new Error(
    `BENCH_PROFILE is ${name}; it can be ${[...SERVICE_NAMES.map(directoryOf), "postgres"].join(", ")}`,
  );
}

/** listSender → list-sender */
const directoryOf = (service: ServiceName): string =>
  service.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
