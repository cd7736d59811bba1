import { useCallback, useState } from "react";
import type { Customer } from "#gen/fanfare/api/v1/customer_pb.js";

/** Most customers that are chosen at once: what one call puts on a list. More belong in an import. */
export const maxSelected = 10_000;

/** The customers that are chosen in a table. */
export type Selection = {
  customers: ReadonlyMap<string, Customer>;
  toggle: (customer: Customer) => void;
  selectAll: (customers: readonly Customer[]) => void;
  clear: () => void;
};

/** Keeps which customers are chosen. */
export function useSelection(): Selection {
  const [customers, setCustomers] = useState<ReadonlyMap<string, Customer>>(new Map());
  const toggle = useCallback(
    (customer: Customer) =>
      setCustomers((before) => {
        const next = new Map(before);
        if (!next.delete(customer.id) && next.size < maxSelected) next.set(customer.id, customer);
        return next;
      }),
    [],
  );
  const selectAll = useCallback(
    (all: readonly Customer[]) =>
      setCustomers(new Map(all.slice(0, maxSelected).map((one) => [one.id, one]))),
    [],
  );
  const clear = useCallback(() => setCustomers(new Map()), []);
  return { customers, toggle, selectAll, clear };
}
