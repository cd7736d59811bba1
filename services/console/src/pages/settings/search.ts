/** The tabs of the settings. */
export const settingsTabs = ["identity", "policies", "users", "keys", "webhooks", "password"] as const;
export type SettingsTab = (typeof settingsTabs)[number];
/** What the address says: the tab, and the webhook end point whose messages are looked at. */
export type SettingsSearch = { tab?: SettingsTab; endpoint?: string };

/** Reads what an address says; what it cannot mean is left out. */
export function readSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  const tab = settingsTabs.find((one) => one === search["tab"]);
  const endpoint = search["endpoint"];
  return {
    ...(tab === undefined || tab === "identity" ? {} : { tab }),
    ...(typeof endpoint === "string" ? { endpoint } : {}),
  };
}
