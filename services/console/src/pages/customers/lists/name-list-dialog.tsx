import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useId, useState } from "react";
import { type CustomerList, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { problemOf } from "../../../connect/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useCustomersChanged } from "../use-customers.ts";

/** Names a new list, or gives an old one another name. */
export function NameListDialog({ list, onClose }: { list?: CustomerList; onClose: () => void }) {
  const form = useId();
  const [name, setName] = useState(list?.name ?? "");
  const changed = useCustomersChanged();
  const options = {
    onSuccess: () => {
      toast(
        list === undefined
          ? `The list "${name.trim()}" was made.`
          : `The list is now called "${name.trim()}".`,
      );
      changed();
      onClose();
    },
  };
  const create = useMutation(CustomerService.method.createCustomerList, options);
  const rename = useMutation(CustomerService.method.renameCustomerList, options);
  const error = create.error ?? rename.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (list === undefined) create.mutate({ name: name.trim() });
    else rename.mutate({ listId: list.id, name: name.trim() });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={list === undefined ? "New list" : "Rename the list"}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            look="primary"
            type="submit"
            form={form}
            disabled={name.trim() === ""}
            busy={create.isPending || rename.isPending}
          >
            {list === undefined ? "Create list" : "Rename"}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <TextField
          label="Name"
          required
          maxLength={200}
          autoComplete="off"
          value={name}
          error={error === null ? undefined : `${problemOf(error).message} ${problemOf(error).hint}`}
          onChange={(event) => setName(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
