import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useSession } from "../../app/session.ts";
import { type Draft, emptyDraft, isUntouched } from "./draft.ts";

// More are a heap, not drafts; the oldest makes room.
const maxDrafts = 20;
const listeners = new Set<() => void>();

/** The drafts of one person for one agency, kept in this browser, the one changed last first. */
export type Drafts = {
  all: readonly Draft[];
  /** The draft with this id; a new one, not kept until something is said, where there is none. */
  open(id: string): Draft;
  /** Keeps the draft with a change. What was said of it since it was read stays said: a file that took long to read changes nothing but the audience. */
  save(draft: Draft, change?: Partial<Draft>): void;
  remove(id: string): void;
};

/** Reads and writes the drafts; every tab of this browser sees the same ones. */
export function useDrafts(): Drafts {
  const { agency, user } = useSession();
  const key = `fanfare-drafts:${agency?.id ?? ""}:${user?.id ?? "operator"}`;
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(key) ?? "[]");
  const all = useMemo(() => read(text), [text]);
  const write = useCallback(
    (drafts: readonly Draft[]) => {
      localStorage.setItem(key, JSON.stringify(drafts.slice(0, maxDrafts)));
      for (const listener of listeners) listener();
    },
    [key],
  );
  return useMemo(
    () => ({
      all,
      open: (id) => all.find((draft) => draft.id === id) ?? emptyDraft(id, Date.now()),
      save: (draft, change = {}) => {
        const kept = read(localStorage.getItem(key) ?? "[]");
        const others = kept.filter(({ id }) => id !== draft.id);
        const next = { ...draft, ...kept.find(({ id }) => id === draft.id), ...change };
        write(isUntouched(next) ? others : [{ ...next, changedAt: Date.now() }, ...others]);
      },
      remove: (id) => write(read(localStorage.getItem(key) ?? "[]").filter((draft) => draft.id !== id)),
    }),
    [all, key, write],
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** What an older console kept is filled up; what cannot be read is nothing. */
function read(text: string): Draft[] {
  try {
    const found: unknown = JSON.parse(text);
    if (!Array.isArray(found)) return [];
    return found
      .filter((one): one is Draft => typeof (one as Draft | null)?.id === "string")
      .map((one) => ({ ...emptyDraft(one.id, 0), ...one }));
  } catch {
    return [];
  }
}
