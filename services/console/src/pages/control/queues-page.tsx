import { Page } from "../../ui/page.tsx";

/** Queues. */
export function QueuesPage() {
  return <Page title="Queues">{null}</Page>;
}
