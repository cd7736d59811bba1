import { useMutation } from "@connectrpc/connect-query";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useCustomersChanged } from "../use-customers.ts";
import { nameOf } from "../words.ts";

/** Forgets a customer's personal data, after a question; it cannot be taken back. */
export function DeleteDialog({
  customer,
  onClose,
  onDeleted,
}: {
  customer: Customer;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const changed = useCustomersChanged();
  const { mutate, isPending, error } = useMutation(CustomerService.method.deleteCustomer, {
    onSuccess: () => {
      toast(`${nameOf(customer)} was deleted.`);
      onDeleted();
      changed();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Delete ${nameOf(customer)} for good?`}
      lead="Name, address and attributes are forgotten and cannot be brought back. Figures of past blasts stay, without the name; an opt-out of the address stays too."
      actions={
        <>
          <Button onClick={onClose}>Keep the customer</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ customerId: customer.id })}>
            Delete for good
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
