import { Link } from "@tanstack/react-router";
import type { Customer } from "#gen/fanfare/api/v1/customer_pb.js";
import { Time } from "../../format/time.tsx";
import type { VirtualColumn } from "../../ui/virtual-table.tsx";
import { CustomerBadges } from "./customer-badges.tsx";
import styles from "./customers-page.module.css";
import type { Selection } from "./use-selection.ts";

/** What the table says of each customer. */
export const customerColumns: readonly VirtualColumn<Customer>[] = [
  {
    name: "Address",
    width: "minmax(150px, 1.6fr)",
    cell: (customer) => (
      <Link to="/customers/$customerId" params={{ customerId: customer.id }} className={styles.email}>
        {customer.email}
      </Link>
    ),
  },
  {
    name: "Name",
    width: "minmax(120px, 1fr)",
    wide: true,
    cell: ({ firstName, lastName }) => `${firstName} ${lastName}`.trim() || <span className="muted">–</span>,
  },
  {
    name: "Your id",
    width: "minmax(80px, 0.6fr)",
    wide: true,
    cell: ({ externalId }) => externalId || <span className="muted">–</span>,
  },
  {
    name: "Status",
    width: "minmax(104px, 0.8fr)",
    cell: (customer) => <CustomerBadges customer={customer} />,
  },
  {
    name: "Added",
    width: "116px",
    wide: true,
    cell: ({ createdAt }) => <Time at={createdAt} style="day" />,
  },
];

/** A box in each row that chooses it. */
export function selectColumn(selection: Selection): VirtualColumn<Customer> {
  return {
    name: "Select",
    hideName: true,
    width: "44px",
    cell: (customer) => (
      <label className={styles.select}>
        <span className="visually-hidden">Select {customer.email}</span>
        <input
          type="checkbox"
          checked={selection.customers.has(customer.id)}
          onChange={() => selection.toggle(customer)}
        />
      </label>
    ),
  };
}
