import { useMutation } from "@connectrpc/connect-query";
import { useState } from "react";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { toast } from "../../../ui/toast.tsx";
import { CustomerDialog } from "../customer-dialog.tsx";
import { attributesProblem, draftOf, fieldsOf } from "../customer-draft.ts";
import { useCustomersChanged } from "../use-customers.ts";

/** Changes what is known of a customer. */
export function EditDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(customer));
  const changed = useCustomersChanged();
  const { mutate, isPending, error } = useMutation(CustomerService.method.updateCustomer, {
    onSuccess: () => {
      toast("Saved.");
      changed();
      onClose();
    },
  });
  return (
    <CustomerDialog
      open
      title="Edit the customer"
      save="Save"
      draft={draft}
      onChange={setDraft}
      busy={isPending}
      error={error}
      onClose={onClose}
      onSave={() => {
        if (attributesProblem(draft) === undefined)
          mutate({ customerId: customer.id, customer: fieldsOf(draft) });
      }}
    />
  );
}
