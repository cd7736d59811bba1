import type { CompiledTemplate } from "./compile-template.ts";
import { customerScope, sharedScope, type RenderContext } from "./context.ts";
import { headerText } from "./escape.ts";
import { newMeter, toFailure, type RenderFailure } from "./meter.ts";
import { subjectTooLong } from "./subject-length.ts";

export type RenderedMail = { ok: true; subject: string; html: string; text: string };

/** Renders one mail. The same as one customer of `renderBatch`, with the values in their places. */
export function renderOne(template: CompiledTemplate, context: RenderContext): RenderedMail | RenderFailure {
  const meter = newMeter(template.limits, { steps: 0, chars: template.fixedChars });
  try {
    const scope = customerScope(sharedScope(context), context);
    const [rawSubject = "", html = "", text = ""] = template.renderWhole(scope, meter);
    const subject = headerText(rawSubject);
    return subjectTooLong(subject.length, template.limits) ?? { ok: true, subject, html, text };
  } catch (error) {
    return toFailure(error);
  }
}
