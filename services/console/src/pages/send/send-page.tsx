import { Page } from "../../ui/page.tsx";

/** Send. */
export function SendPage() {
  return <Page title="Send">{null}</Page>;
}
