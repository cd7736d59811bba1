import { useMutation } from "@connectrpc/connect-query";
import { type CustomerList, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { plural } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useCustomersChanged } from "../use-customers.ts";

/** Deletes a list after a question; the customers stay. */
export function DeleteListDialog({ list, onClose }: { list: CustomerList; onClose: () => void }) {
  const changed = useCustomersChanged();
  const { mutate, isPending, error } = useMutation(CustomerService.method.deleteCustomerList, {
    onSuccess: () => {
      toast(`The list "${list.name}" was deleted.`);
      changed();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Delete the list "${list.name}"?`}
      lead={`Its ${plural(list.size, "customer")} stay; only the list goes. Blasts that were sent to it keep their figures.`}
      actions={
        <>
          <Button onClick={onClose}>Keep the list</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ listId: list.id })}>
            Delete the list
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
