import { X } from "lucide-react";
import { type ReactNode, type SyntheticEvent, useId, useLayoutEffect, useRef } from "react";
import styles from "./drawer.module.css";

/** A dialog that slides over the right side, for looking at one row of a table without leaving it; on a phone it covers the page. */
export function Drawer({
  title,
  onClose,
  children,
}: {
  title: string;
  /** Escape, the button, or a click beside it. */
  onClose: () => void;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the element goes: a dialog that is no longer in the page gives the focus back to nobody.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const onCancel = (event: SyntheticEvent) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog
      ref={ref}
      className={styles.drawer}
      aria-labelledby={id}
      onCancel={onCancel}
      // The backdrop belongs to the dialog itself, its content to the element inside.
      onClick={(event) => (event.target === event.currentTarget ? onClose() : undefined)}
    >
      <div className={styles.content}>
        <header className={styles.head}>
          <h2 id={id}>{title}</h2>
          <button type="button" className={styles.close} aria-label="Close" onClick={onClose}>
            <X size={18} aria-hidden="true" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
