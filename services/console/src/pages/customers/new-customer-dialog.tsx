import { useMutation } from "@connectrpc/connect-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { toast, toastError } from "../../ui/toast.tsx";
import { attributesProblem, emptyDraft, fieldsOf } from "./customer-draft.ts";
import { CustomerDialog } from "./customer-dialog.tsx";
import { useCustomersChanged } from "./use-customers.ts";
import { nameOf } from "./words.ts";

/** Adds one customer by hand, and puts him on the list that is looked at. */
export function NewCustomerDialog({
  open,
  onClose,
  listId,
}: {
  open: boolean;
  onClose: () => void;
  listId: string | undefined;
}) {
  const [draft, setDraft] = useState(emptyDraft);
  const navigate = useNavigate();
  const changed = useCustomersChanged();
  const put = useMutation(CustomerService.method.addToCustomerList, { onError: toastError });
  const create = useMutation(CustomerService.method.createCustomer, {
    onSuccess: async ({ customer }) => {
      if (customer === undefined) return;
      if (listId !== undefined)
        await put.mutateAsync({ listId, customerIds: [customer.id] }).catch(() => undefined);
      const { id } = customer;
      toast(`${nameOf(customer)} was added.`, {
        label: "Open",
        run: () => void navigate({ to: "/customers/$customerId", params: { customerId: id } }),
      });
      setDraft(emptyDraft);
      changed();
      onClose();
    },
  });
  return (
    <CustomerDialog
      open={open}
      title="New customer"
      save="Add customer"
      draft={draft}
      onChange={setDraft}
      busy={create.isPending}
      error={create.error}
      onClose={() => {
        create.reset();
        onClose();
      }}
      onSave={() => {
        if (attributesProblem(draft) === undefined) create.mutate({ customer: fieldsOf(draft) });
      }}
    />
  );
}
