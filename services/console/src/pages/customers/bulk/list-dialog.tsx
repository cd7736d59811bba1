import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useId, useState } from "react";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { count, plural } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { SelectField, TextField } from "../../../ui/field.tsx";
import { Stack } from "../../../ui/page.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useCustomersChanged, useLists } from "../use-customers.ts";

const newList = "new";

/** Puts customers on a list, an old one or a new one, or takes them off one. */
export function ListDialog({
  kind,
  customers,
  listId,
  onClose,
  onDone,
}: {
  kind: "add" | "remove";
  customers: readonly Customer[];
  /** The list that is looked at; likely the one that is meant by "remove". */
  listId?: string | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const form = useId();
  const { data } = useLists();
  const lists = data?.lists ?? [];
  const [picked, setPicked] = useState(kind === "remove" ? (listId ?? "") : "");
  const chosen = picked || lists[0]?.id || (kind === "add" ? newList : "");
  const [name, setName] = useState("");
  const changed = useCustomersChanged();
  const create = useMutation(CustomerService.method.createCustomerList);
  const add = useMutation(CustomerService.method.addToCustomerList);
  const remove = useMutation(CustomerService.method.removeFromCustomerList);
  const customerIds = customers.map((customer) => customer.id);
  const run = async () => {
    if (kind === "remove") {
      const { removed } = await remove.mutateAsync({ listId: chosen, customerIds });
      toast(`${plural(removed, "customer")} taken off the list.`);
    } else {
      const id = chosen === newList ? (await create.mutateAsync({ name: name.trim() })).list!.id : chosen;
      const { added } = await add.mutateAsync({ listId: id, customerIds });
      toast(
        added === 0
          ? "All of them were on the list already."
          : `${plural(added, "customer")} added to the list.`,
      );
    }
    changed();
    onDone();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // What failed is shown by the mutation itself.
    void run().catch(() => undefined);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={kind === "add" ? "Add to a list" : "Remove from a list"}
      lead={`${plural(customers.length, "customer")} selected.`}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            look="primary"
            type="submit"
            form={form}
            disabled={chosen === ""}
            busy={create.isPending || add.isPending || remove.isPending}
          >
            {kind === "add" ? "Add" : "Remove"}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Stack gap={4}>
          <ErrorNote error={create.error ?? add.error ?? remove.error} />
          <SelectField label="List" value={chosen} onChange={(event) => setPicked(event.target.value)}>
            {lists.map((list) => (
              <option key={list.id} value={list.id}>
                {list.name} ({count(list.size)})
              </option>
            ))}
            {kind === "add" ? <option value={newList}>A new list…</option> : null}
          </SelectField>
          {chosen === newList ? (
            <TextField
              label="Name of the new list"
              required
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          ) : null}
        </Stack>
      </form>
    </Dialog>
  );
}
