import { Page } from "../../ui/page.tsx";

/** Customers. */
export function CustomersPage() {
  return <Page title="Customers">{null}</Page>;
}
