import type { TemplateLimits } from "./limits.ts";
import type { RenderFailure } from "./meter.ts";

/** A failure when a rendered subject does not fit a header line. */
export function subjectTooLong(chars: number, limits: TemplateLimits): RenderFailure | undefined {
  if (chars <= limits.maxRenderedSubjectChars) return undefined;
  return {
    ok: false,
    reason: "subject_too_long",
    message: `The subject has ${chars} characters; at most ${limits.maxRenderedSubjectChars} fit a header line. Shorten it or the field it prints.`,
  };
}
