import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Stack } from "../../ui/page.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { ErrorState, Loading } from "../../ui/states.tsx";
import { nameOf } from "../customers/words.ts";
import styles from "./template-page.module.css";

// As many as can be looked over; a word more of the search finds the rest.
const shownRows = 8;

/** Finds a customer by address or name. */
export function CustomerPicker({
  onPick,
  onClose,
}: {
  onPick: (customer: Customer | undefined) => void;
  onClose: () => void;
}) {
  const [search, setSearch] = useState("");
  const { data, error, refetch } = useQuery(
    CustomerService.method.listCustomers,
    { search, page: { size: shownRows } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title="Preview for a customer"
      actions={
        <>
          <Button onClick={() => onPick(undefined)}>Use the example customer</Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <Stack gap={3}>
        <SearchField label="Address or name" value={search} onChange={setSearch} />
        {error !== null ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : data === undefined ? (
          <Loading lines={5} label="Looking for customers" />
        ) : data.customers.length === 0 ? (
          <p className="muted" role="status">
            {search === "" ? "There are no customers yet." : "Nobody fits."}
          </p>
        ) : (
          <ul className={styles.found}>
            {data.customers.map((customer) => (
              <li key={customer.id}>
                <button type="button" className={styles.pick} onClick={() => onPick(customer)}>
                  <strong>{nameOf(customer)}</strong>
                  <span className="muted">{customer.email}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Stack>
    </Dialog>
  );
}
