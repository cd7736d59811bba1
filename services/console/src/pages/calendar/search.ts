/** What the address of the calendar says: the month as 2026-11, month or list, and the schedule that is looked at. */
export type CalendarSearch = { month?: string; view?: "list"; schedule?: string };

/** Reads what an address says; what it cannot mean is left out. */
export function readCalendarSearch(search: Record<string, unknown>): CalendarSearch {
  const { month, view, schedule } = search;
  return {
    ...(typeof month === "string" && /^(19[7-9]\d|[2-8]\d{3})-(0[1-9]|1[0-2])$/.test(month) ? { month } : {}),
    ...(view === "list" ? { view } : {}),
    ...(typeof schedule === "string" ? { schedule } : {}),
  };
}
