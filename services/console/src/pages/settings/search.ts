/** The tabs of the settings. */
export const settingsTabs = ["identity", "policies", "users", "keys", "password"] as const;
export type SettingsTab = (typeof settingsTabs)[number];
/** What the address says: the tab. */
export type SettingsSearch = { tab?: SettingsTab };

/** Reads what an address says; what it cannot mean is left out. */
export function readSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  const tab = settingsTabs.find((one) => one === search["tab"]);
  return tab === undefined || tab === "identity" ? {} : { tab };
}
