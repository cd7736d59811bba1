import { X } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { problemOf } from "../connect/problem.ts";
import styles from "./toast.module.css";

type Shown = { id: number; text: string; tone: "good" | "bad"; action?: { label: string; run: () => void } };

// Old ones make room: more than four at once nobody reads.
const maxShown = 4;
const shownMs = 6_000;
let shown: readonly Shown[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Shown[]): void {
  shown = next.slice(-maxShown);
  for (const listener of listeners) listener();
}

/** Says in passing that something was done; `action` may take it back. */
export function toast(text: string, action?: { label: string; run: () => void }): void {
  change([...shown, { id: nextId++, text, tone: "good", ...(action === undefined ? {} : { action }) }]);
}

/** Says in passing that something failed, and why. It stays until it is closed. */
export function toastError(error: unknown): void {
  const { message, hint } = problemOf(error);
  change([...shown, { id: nextId++, text: `${message} ${hint}`.trim(), tone: "bad" }]);
}

const dismiss = (id: number) => change(shown.filter((one) => one.id !== id));

/** Where toasts appear; once, in the shell. Screen readers hear them when they finish their sentence. */
export function Toasts() {
  const toasts = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div className={styles.viewport} role="status" aria-live="polite">
      {toasts.map((one) => (
        <Toast key={one.id} {...one} />
      ))}
    </div>
  );
}

function Toast({ id, text, tone, action }: Shown) {
  useEffect(() => {
    if (tone === "bad") return undefined;
    const timer = setTimeout(() => dismiss(id), shownMs);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return (
    <div className={`${styles.toast} ${styles[tone]}`}>
      <p>{text}</p>
      {action === undefined ? null : (
        <button
          type="button"
          className={styles.action}
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className={styles.close} aria-label="Close" onClick={() => dismiss(id)}>
        <X size={15} aria-hidden="true" />
      </button>
    </div>
  );
}
