import { Page } from "../../ui/page.tsx";

/** Credits. */
export function CreditsPage() {
  return <Page title="Credits">{null}</Page>;
}
