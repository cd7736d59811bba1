import { z } from "zod";

/** The environment does not describe a program that can run. Its message is meant for the person who starts it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the variables named by the keys of `shape` from `env`. An empty variable counts as absent.
 * Throws one ConfigError that lists every variable that is wrong, why, and (from `.describe()`) how to mend it.
 * Values never appear in it, for some are secrets.
 */
export function readConfig<S extends z.ZodRawShape>(
  shape: S,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<z.ZodObject<S>> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const value = env[name];
    if (value !== undefined && value.trim() !== "") given[name] = value.trim();
  }
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? "?");
    const problem = name in given ? issue.message : "is not set";
    const hint = descriptionOf(shape[name]);
    return `  ${name}: ${problem}${hint === undefined ? "" : `. Expected: ${hint}`}`;
  });
  throw new ConfigError(
    `The configuration has ${lines.length === 1 ? "a problem" : `${lines.length} problems`}:\n` +
      `${lines.join("\n")}\nSet ${lines.length === 1 ? "this variable" : "these variables"} in the environment and start again.`,
  );
}

/** A whole number in a variable, between bounds. */
export function integerVariable(min: number, max: number) {
  return z
    .string()
    .regex(/^-?\d+$/, "is not a whole number")
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
}

/** A TCP port in a variable; 0 lets the system choose. */
export function portVariable() {
  return integerVariable(0, 65_535);
}

/** A yes or no in a variable. */
export function flagVariable() {
  return z
    .enum(["true", "false", "1", "0"], "must be true or false")
    .transform((value) => value === "true" || value === "1");
}

function descriptionOf(schema: unknown): string | undefined {
  return schema instanceof z.ZodType ? schema.description : undefined;
}
