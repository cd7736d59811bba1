import { type ReactNode, type SyntheticEvent, useId, useLayoutEffect, useRef } from "react";
import styles from "./dialog.module.css";

type Props = {
  onClose: () => void;
  title: string;
  lead?: ReactNode;
  /** Buttons below, the main one last. */
  actions?: ReactNode;
  children?: ReactNode;
};

/** A dialog over the page: the browser's own, which keeps the focus inside, gives it back, and closes on Escape. */
export function Dialog({ open, ...props }: Props & { open: boolean }) {
  return open ? <OpenDialog {...props} /> : null;
}

/** Closes before its element goes: a dialog that is no longer in the page gives the focus back to nobody. */
function OpenDialog({ onClose, title, lead, actions, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
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
