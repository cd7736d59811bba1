import { startBed } from "./bed.ts";
import type { Case } from "./cases/case.ts";
import { crash, drain, mixed, pause } from "./cases/instances.ts";
import { messageCases, valid } from "./cases/messages.ts";
import { outcomeCases, slow } from "./cases/outcomes.ts";

/** What one worker made of one case. `failure` is why it does not conform; undefined when it does. `tried` is false after a worker failed the simplest. */
export type Verdict = { name: string; failure: string | undefined; seconds: number; tried: boolean };

// On one instance, one list beside the other: they travel on lanes of their own.
const onOneInstance: readonly (readonly Case[])[] = [[...messageCases, ...outcomeCases, pause], [slow]];
// These start and end instances themselves.
const alone: readonly Case[] = [drain, crash, mixed];

/** The rows of the table, in its order. */
export const allCases: readonly Case[] = [valid, ...onOneInstance.flat(), ...alone];

/** Starts workers by this command, on a broker of their own, and judges them. `wanted` leaves out cases whose name it does not like. */
export async function judge(
  command: string,
  wanted: (name: string) => boolean = () => true,
  tell: (verdict: Verdict) => void = () => undefined,
): Promise<Verdict[]> {
  const bed = await startBed(command);
  const verdicts: Verdict[] = [];
  const run = async ({ name, run: prove }: Case) => {
    if (!wanted(name)) return;
    const startedMs = performance.now();
    const failure = await prove(bed).then(() => undefined, (error: unknown) => (error instanceof Error ? error.message : String(error)));
    const verdict = { name, failure, seconds: (performance.now() - startedMs) / 1000, tried: true };
    verdicts.push(verdict);
    tell(verdict);
  }; // prettier-ignore
  try {
    if (onOneInstance.flat().some(({ name }) => wanted(name)) || wanted(valid.name)) {
      const instance = await bed.start();
      await run(valid);
      // A worker that does not do the simplest thing would only be waited for, case by case.
      if (verdicts[0]?.failure !== undefined) return [...verdicts, ...notTried(verdicts, wanted)];
      await Promise.all(onOneInstance.map(async (list) => {
        for (const each of list) await run(each);
      })); // prettier-ignore
      await instance.kill9();
    }
    for (const each of alone) {
      await run(each);
      await bed.endAll();
    }
  } finally {
    await bed.close();
  }
  return verdicts;
}

function notTried(tried: readonly Verdict[], wanted: (name: string) => boolean): Verdict[] {
  return allCases
    .filter(({ name }) => wanted(name) && tried.every((each) => each.name !== name))
    .map(({ name }) => ({
      name,
      failure: `not tried, since "${valid.name}" failed`,
      seconds: 0,
      tried: false,
    }));
}
