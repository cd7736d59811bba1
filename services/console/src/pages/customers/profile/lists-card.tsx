import { useMutation } from "@connectrpc/connect-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useState } from "react";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { ErrorState, Loading } from "../../../ui/states.tsx";
import { toast, toastError } from "../../../ui/toast.tsx";
import { ListDialog } from "../bulk/list-dialog.tsx";
import { useCustomersChanged, useLists } from "../use-customers.ts";
import styles from "./profile.module.css";

/** The lists that a customer is on. */
export function ListsCard({ customer, may }: { customer: Customer; may: boolean }) {
  const { data, error, refetch } = useLists(customer.id);
  const [adding, setAdding] = useState(false);
  const changed = useCustomersChanged();
  const remove = useMutation(CustomerService.method.removeFromCustomerList, {
    onError: toastError,
    onSuccess: () => {
      toast("Taken off the list.");
      changed();
    },
  });
  return (
    <Card
      title="Lists"
      actions={may ? <Button onClick={() => setAdding(true)}>Add to list…</Button> : undefined}
    >
      {error !== null ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={2} label="Loading the lists" />
      ) : data.lists.length === 0 ? (
        <p className="muted">On no list.</p>
      ) : (
        <ul className={styles.lists}>
          {data.lists.map((list) => (
            <li key={list.id} className={styles.list}>
              <Link to="/customers" search={{ list: list.id }}>
                {list.name}
              </Link>
              {may ? (
                <Button
                  look="quiet"
                  icon={<X size={16} />}
                  aria-label={`Take off the list ${list.name}`}
                  onClick={() => remove.mutate({ listId: list.id, customerIds: [customer.id] })}
                />
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {adding ? (
        <ListDialog
          kind="add"
          customers={[customer]}
          onClose={() => setAdding(false)}
          onDone={() => setAdding(false)}
        />
      ) : null}
    </Card>
  );
}
