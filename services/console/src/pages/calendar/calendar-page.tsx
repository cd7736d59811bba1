import { Page } from "../../ui/page.tsx";

/** Calendar. */
export function CalendarPage() {
  return <Page title="Calendar">{null}</Page>;
}
