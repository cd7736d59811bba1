const key = "fanfare-theme";
const themes = ["system", "light", "dark"] as const;

/** Goes from the system's choice to light to dark and round again, and remembers it in this browser. */
export function nextTheme(): void {
  const now = themes.indexOf((localStorage.getItem(key) ?? "system") as (typeof themes)[number]);
  const next = themes[(now + 1) % themes.length] ?? "system";
  localStorage.setItem(key, next);
  applyTheme();
}

/** Shows what was chosen in this browser. */
export function applyTheme(): void {
  const chosen = localStorage.getItem(key) ?? "system";
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}
