import type { ButtonHTMLAttributes, ReactNode } from "react";
import styles from "./button.module.css";

/** What a button looks like. One `primary` a view; `danger` for what cannot be taken back. */
export type ButtonLook = "primary" | "secondary" | "quiet" | "danger";

/** A button. `busy` shows that its work is under way and takes no second click. */
export function Button({
  look = "secondary",
  busy = false,
  icon,
  children,
  disabled,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: ButtonLook; busy?: boolean; icon?: ReactNode }) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(look, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || disabled || undefined}
      disabled={disabled}
      onClick={busy ? undefined : rest.onClick}
    >
      {busy ? <span className={styles.spinner} aria-hidden="true" /> : icon}
      {children}
    </button>
  );
}

/** The look of a button for a link that acts like one. */
export function buttonClass(look: ButtonLook = "secondary", more = ""): string {
  return `${styles.button} ${styles[look]} ${more}`;
}
