import { Page } from "../../ui/page.tsx";

/** Templates. */
export function TemplatesPage() {
  return <Page title="Templates">{null}</Page>;
}
