import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useId, useState } from "react";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { plural } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Stack } from "../../../ui/page.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useCustomersChanged } from "../use-customers.ts";
import { nameOf } from "../words.ts";

/** Opts a customer out or in again, with how that was told, for the record. */
export function ConsentDialog({
  way,
  customer,
  onClose,
}: {
  way: "in" | "out";
  customer: Customer;
  onClose: () => void;
}) {
  const form = useId();
  const [source, setSource] = useState("");
  const changed = useCustomersChanged();
  const done = (text: string) => {
    toast(text);
    changed();
    onClose();
  };
  const optOut = useMutation(CustomerService.method.optOut, {
    onSuccess: ({ onTheirWay }) =>
      done(
        onTheirWay.length === 0
          ? `${nameOf(customer)} is opted out: no mail leaves any more.`
          : `${nameOf(customer)} is opted out. ${plural(onTheirWay.length, "mail")} could not be called back.`,
      ),
  });
  const optIn = useMutation(CustomerService.method.optIn, {
    onSuccess: () => done(`${nameOf(customer)} is opted in again.`),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    (way === "out" ? optOut : optIn).mutate({ customerId: customer.id, source: source.trim() });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={way === "out" ? `Opt ${nameOf(customer)} out?` : `Opt ${nameOf(customer)} in again?`}
      lead={
        way === "out"
          ? "Once this is answered, no mail to the address leaves. A mail that is at the provider just now is waited for, up to 25 seconds."
          : "Only when the person asked for mail again. Keep a note of how; it stands in the record."
      }
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            look={way === "out" ? "danger" : "primary"}
            type="submit"
            form={form}
            busy={optOut.isPending || optIn.isPending}
          >
            {way === "out" ? "Opt out" : "Opt in"}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Stack gap={4}>
          <ErrorNote error={optOut.error ?? optIn.error} />
          <TextField
            label="How you were told"
            placeholder="By phone"
            required={way === "in"}
            maxLength={100}
            value={source}
            onChange={(event) => setSource(event.target.value)}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
