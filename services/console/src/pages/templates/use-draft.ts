import { useCallback, useEffect, useState } from "react";
import { useSession } from "../../app/session.ts";
import { keep, readKept, sameDraft, type TemplateDraft } from "./draft.ts";

const keepAfterMs = 400;

/** What is saved, and as which version; 0 for a template that is not saved yet. */
export type Saved = { draft: TemplateDraft; version: number };

/**
 * The draft of a template, kept in the browser while it differs from what is saved. One that was kept before comes back, with the version that it
 * was begun on.
 */
export function useDraft(templateId: string, saved: Saved) {
  const { agency } = useSession();
  const key = `${agency?.id ?? ""}.${templateId}`;
  const [restored, setRestored] = useState(() => {
    const kept = readKept(key);
    return kept !== undefined && !sameDraft(kept, saved.draft) ? kept : undefined;
  });
  const [base, setBase] = useState(saved);
  const [draft, setDraft] = useState<TemplateDraft>(restored ?? saved.draft);
  const dirty = !sameDraft(draft, base.draft);
  const version = restored?.version ?? base.version;
  useEffect(() => {
    const { name, subject, html, text } = draft;
    const timer = setTimeout(
      () => keep(key, dirty ? { name, subject, html, text, version, atMs: Date.now() } : undefined),
      keepAfterMs,
    );
    return () => clearTimeout(timer);
  }, [key, draft, dirty, version]);
  /** What is saved from now on; the draft that was kept is forgotten. */
  const settle = useCallback(
    (now: Saved) => {
      keep(key, undefined);
      setRestored(undefined);
      setBase(now);
    },
    [key],
  );
  const discard = useCallback(() => {
    keep(key, undefined);
    setRestored(undefined);
    setDraft(base.draft);
  }, [key, base]);
  return { draft, setDraft, dirty, base, restored, settle, discard };
}
