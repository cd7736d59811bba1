/** A template as the editor holds it. */
export type TemplateDraft = { name: string; subject: string; html: string; text: string };

/** A draft that was kept in the browser: on which version it was begun (0: a new template), and when it was kept. */
export type KeptDraft = TemplateDraft & { version: number; atMs: number };

/** What a new template begins with: a whole mail with everything that the rules for bulk mail ask for. */
export const starter: TemplateDraft = {
  name: "",
  subject: 'News for {{default customer.first_name "you"}}',
  html: `<div style="max-width: 600px; margin: 0 auto; font-family: sans-serif; line-height: 1.5">
  <h1 style="font-size: 22px">Hello {{default customer.first_name "there"}},</h1>
  {{#if custom_message}}
    <p>{{custom_message}}</p>
  {{/if}}
  <p>Your {{agency.name}} team</p>
  <hr style="border: 0; border-top: 1px solid #ddd">
  <p style="color: #666; font-size: 12px">
    {{agency.name}}, {{agency.postal_address}}<br>
    <a href="{{unsubscribe_url}}">Unsubscribe</a>
  </p>
</div>
`,
  text: "",
};

/** True when two drafts say the same. */
export function sameDraft(a: TemplateDraft, b: TemplateDraft): boolean {
  return a.name === b.name && a.subject === b.subject && a.html === b.html && a.text === b.text;
}

// A browser keeps about five million characters; a draft is at most half a million.
const prefix = "fanfare.template-draft.";

/** The draft that this browser keeps of a template; undefined when it keeps none, or something that is none. */
export function readKept(key: string): KeptDraft | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(prefix + key) ?? "null");
    return isKept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a draft, or forgets it when there is nothing to keep. A browser that keeps nothing is no reason to stop writing. */
export function keep(key: string, draft: KeptDraft | undefined): void {
  try {
    if (draft === undefined) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, JSON.stringify(draft));
  } catch {
    // Full, or forbidden by the person's settings.
  }
}

function isKept(value: unknown): value is KeptDraft {
  const draft = value as Partial<KeptDraft> | null;
  return (
    [draft?.name, draft?.subject, draft?.html, draft?.text].every((part) => typeof part === "string") &&
    typeof draft?.version === "number" &&
    typeof draft.atMs === "number"
  );
}
