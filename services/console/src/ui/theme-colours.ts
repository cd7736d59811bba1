import { useEffect, useState } from "react";

/** Colours of the tokens as the browser computes them now, for what is drawn on a canvas. */
export type ThemeColours = (token: string) => string;

/** Reads colours by name of their token ("accent", "text-2") as they are at this element. */
export function readTheme(element: HTMLElement): ThemeColours {
  const probe = document.createElement("span");
  const known = new Map<string, string>();
  return (token) => {
    const before = known.get(token);
    if (before !== undefined) return before;
    probe.style.color = `var(--${token})`;
    element.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    known.set(token, colour);
    return colour;
  };
}

/** A number that changes when light becomes dark or back, by the system or by the person. */
export function useThemeChange(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const changed = () => setChanges((before) => before + 1);
    const system = matchMedia("(prefers-color-scheme: dark)");
    const chosen = new MutationObserver(changed);
    chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    system.addEventListener("change", changed);
    return () => {
      system.removeEventListener("change", changed);
      chosen.disconnect();
    };
  }, []);
  return changes;
}
