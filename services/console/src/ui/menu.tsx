import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import styles from "./menu.module.css";

/** One thing a menu offers. */
export type MenuItem = {
  label: string;
  onSelect: () => void;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
};

/**
 * A menu beside its button, by the pattern of the ARIA guide: arrows, Home, End and first letters move, Enter chooses, Escape and a
 * click elsewhere close. The popover is the browser's own, so nothing can cover or cut it.
 */
export function Menu({
  label,
  items,
  className = "",
  children,
}: {
  label: string;
  items: readonly MenuItem[];
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const entries = () => [
    ...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]:not([aria-disabled=true])") ?? []),
  ];
  const show = () => {
    const box = button.current?.getBoundingClientRect();
    const popover = list.current;
    if (box === undefined || popover === null) return;
    popover.showPopover();
    const { offsetWidth: width, offsetHeight: height } = popover;
    const below = box.bottom + height + 8 < innerHeight;
    popover.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    popover.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - height - 6)}px`;
    entries()[0]?.focus();
  };
  const choose = (item: MenuItem) => {
    if (item.disabled) return;
    list.current?.hidePopover();
    item.onSelect();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        aria-label={label}
        onClick={show}
      >
        {children}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        className={styles.content}
        onToggle={(event) => setOpen(event.newState === "open")}
        onKeyDown={(event) => move(event, entries())}
      >
        {items.map((item) => (
          <div
            key={item.label}
            role="menuitem"
            tabIndex={-1}
            aria-disabled={item.disabled ?? undefined}
            className={`${styles.item} ${item.danger ? styles.danger : ""}`}
            onClick={() => choose(item)}
            onKeyDown={(event) => (event.key === "Enter" || event.key === " " ? choose(item) : undefined)}
          >
            {item.icon}
            {item.label}
          </div>
        ))}
      </div>
    </>
  );
}

function move(event: KeyboardEvent, entries: readonly HTMLElement[]): void {
  const now = entries.indexOf(document.activeElement as HTMLElement);
  const to = destination(event.key, now, entries);
  if (to === undefined) return;
  event.preventDefault();
  entries[(to + entries.length) % entries.length]?.focus();
}

function destination(key: string, now: number, entries: readonly HTMLElement[]): number | undefined {
  if (key === "ArrowDown") return now + 1;
  if (key === "ArrowUp") return now - 1;
  if (key === "Home") return 0;
  if (key === "End") return -1;
  if (key === " ") return now;
  if (key.length !== 1) return undefined;
  const fits = (entry: HTMLElement) => entry.textContent?.trim().toLowerCase().startsWith(key.toLowerCase());
  const after = entries.findIndex((entry, at) => at > now && fits(entry));
  const any = after === -1 ? entries.findIndex(fits) : after;
  return any === -1 ? undefined : any;
}
