import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AudienceSchema } from "#gen/fanfare/work/v1/content_pb.js";
import type { Rhythm } from "./rhythm.ts";

/** One condition of a filter. `field` is domain, locale, or attributes.<name>. */
export type Condition = { field: string; value: string };

/** Whom a draft is for, as it was chosen. */
export type AudienceChoice =
  | { kind: "list"; listId: string }
  | { kind: "filter"; conditions: Condition[] }
  | { kind: "paste"; text: string; listId: string };

/** When a draft leaves. Local times are the agency's: "2026-12-07T09:00". */
export type WhenChoice =
  | { kind: "now" }
  | { kind: "later"; localStart: string }
  | { kind: "recurring"; localStart: string; rhythm: Rhythm };

/** A blast that is not sent yet, as plain data. Its id is the idempotency key, so that sending it twice sends it once. */
export type Draft = {
  id: string;
  name: string;
  audience: AudienceChoice;
  templateId: string;
  customMessage: string;
  lane: "urgent" | "standard" | "bulk";
  doubt: "agency" | "hold" | "resend";
  when: WhenChoice;
  /** Milliseconds since 1970. */
  changedAt: number;
};

/** A draft about which nothing was said yet. */
export function emptyDraft(id: string, now: number): Draft {
  return {
    id,
    name: "",
    audience: { kind: "list", listId: "" },
    templateId: "",
    customMessage: "",
    lane: "standard",
    doubt: "agency",
    when: { kind: "now" },
    changedAt: now,
  };
}

/** True when nothing was said that would be a pity to lose. */
export function isUntouched(draft: Draft): boolean {
  return (
    draft.name === "" && draft.templateId === "" && draft.customMessage === "" && !isChosen(draft.audience)
  );
}

function isChosen(audience: AudienceChoice): boolean {
  if (audience.kind === "filter") return audience.conditions.length > 0;
  return audience.listId !== "" || (audience.kind === "paste" && audience.text !== "");
}

/** The audience as the API takes it; undefined while it is not chosen. A condition without a value counts for nothing. */
export function audienceOf(choice: AudienceChoice): MessageInitShape<typeof AudienceSchema> | undefined {
  if (choice.kind !== "filter")
    return choice.listId === "" ? undefined : { of: { case: "listId", value: choice.listId } };
  const said = choice.conditions.filter(({ field, value }) => field !== "" && value.trim() !== "");
  const of = (name: string) => said.findLast(({ field }) => field === name)?.value.trim() ?? "";
  const attributes = Object.fromEntries(
    said
      .filter(({ field }) => field.startsWith(attributePrefix))
      .map(({ field, value }) => [field.slice(attributePrefix.length), value.trim()]),
  );
  return {
    of: {
      case: "filter",
      value: { emailDomain: of("domain").replace(/^@/, "").toLowerCase(), locale: of("locale"), attributes },
    },
  };
}

/** Before the name of an attribute in a condition's field. */
export const attributePrefix = "attributes.";

/** What still has to be said before the draft can be sent, in words; empty when nothing is missing. */
export function missingIn(draft: Draft): string[] {
  return [
    ...(audienceOf(draft.audience) === undefined ? ["an audience"] : []),
    ...(draft.templateId === "" ? ["a template"] : []),
    ...(draft.name.trim() === "" ? ["a name"] : []),
    ...(draft.when.kind !== "now" && draft.when.localStart === "" ? ["a date and time"] : []),
  ];
}
