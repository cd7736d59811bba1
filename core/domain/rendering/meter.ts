import type { TemplateLimits } from "./limits.ts";

/** Why a rendering failed. */
export type RenderFailureReason =
  | "output_too_large"
  | "too_many_steps"
  | "subject_too_long"
  | "template_error";

/** A rendering that failed: a code for programs, a sentence for people. */
export type RenderFailure = { ok: false; reason: RenderFailureReason; message: string };

/** Counts what one rendering has cost so far. Sums only, so the order of evaluation cannot change the verdict. */
export type Meter = { steps: number; chars: number; readonly limits: TemplateLimits };

/** Thrown out of a running template when it passes a limit; callers turn it into a `RenderFailure`. */
export class RenderStopped extends Error {
  readonly reason: RenderFailureReason;
  constructor(reason: RenderFailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A fresh meter; `start` carries over what was already spent, such as the blast's shared text. */
export const newMeter = (limits: TemplateLimits, start: { steps: number; chars: number }): Meter => ({
  steps: start.steps,
  chars: start.chars,
  limits,
});

/** Adds to the meter and stops the rendering once a limit is passed. */
export function spend(meter: Meter, steps: number, chars: number): void {
  meter.steps += steps;
  meter.chars += chars;
  if (meter.chars > meter.limits.maxOutputChars) {
    throw new RenderStopped(
      "output_too_large",
      `The mail grew past ${meter.limits.maxOutputChars} characters; shorten the template or the list it repeats.`,
    );
  }
  if (meter.steps > meter.limits.maxSteps) {
    throw new RenderStopped(
      "too_many_steps",
      `The template took more than ${meter.limits.maxSteps} steps; repeat over a shorter list or nest fewer blocks.`,
    );
  }
}

/** Turns what a template threw into a failure. Only our own stops and Handlebars' errors can arrive here. */
export const toFailure = (error: unknown): RenderFailure =>
  error instanceof RenderStopped
    ? { ok: false, reason: error.reason, message: error.message }
    : {
        ok: false,
        reason: "template_error",
        message: `The template could not be rendered: ${error instanceof Error ? error.message : String(error)}`,
      };
