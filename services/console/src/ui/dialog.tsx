import { type ReactNode, type SyntheticEvent, useEffect, useId, useRef } from "react";
import styles from "./dialog.module.css";

/** A dialog over the page: the browser's own, which keeps the focus inside, gives it back, and closes on Escape. */
export function Dialog({
  open,
  onClose,
  title,
  lead,
  actions,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  lead?: ReactNode;
  /** Buttons below, the main one last. */
  actions?: ReactNode;
  children?: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return undefined;
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, [open]);
  const onCancel = (event: SyntheticEvent) => {
    event.preventDefault();
    onClose();
  };
  if (!open) return null;
  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-labelledby={id}
      onCancel={onCancel}
      // The backdrop belongs to the dialog itself, its content to the element inside.
      onClick={(event) => (event.target === event.currentTarget ? onClose() : undefined)}
    >
      <div className={styles.content}>
        <h2 id={id}>{title}</h2>
        {lead === undefined ? null : <div className={styles.lead}>{lead}</div>}
        {children}
        {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      </div>
    </dialog>
  );
}
