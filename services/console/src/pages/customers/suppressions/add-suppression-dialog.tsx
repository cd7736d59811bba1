import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useId, useState } from "react";
import { CustomerService, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { SelectField, TextField } from "../../../ui/field.tsx";
import { Stack } from "../../../ui/page.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useCustomersChanged } from "../use-customers.ts";
import { suppressionWords } from "../words.ts";

const reasons = [
  SuppressionReason.OPTED_OUT,
  SuppressionReason.BOUNCED,
  SuppressionReason.COMPLAINED,
  SuppressionReason.INVALID,
] as const;

/** Stops all mail to an address, also of one that no customer has yet. */
export function AddSuppressionDialog({ onClose }: { onClose: () => void }) {
  const form = useId();
  const [email, setEmail] = useState("");
  const [reason, setReason] = useState<SuppressionReason>(SuppressionReason.OPTED_OUT);
  const changed = useCustomersChanged();
  const { mutate, isPending, error } = useMutation(CustomerService.method.addSuppression, {
    onSuccess: () => {
      toast(`${email.trim()} gets no more mail.`);
      changed();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ email: email.trim(), reason });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Suppress an address"
      lead="Once this is answered, no mail to the address leaves. A mail that is at the provider just now is waited for."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" type="submit" form={form} busy={isPending}>
            Suppress
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Stack gap={4}>
          <ErrorNote error={error} />
          <TextField
            label="E-mail"
            type="email"
            required
            maxLength={320}
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <SelectField
            label="Why"
            hint={suppressionWords[reason].meaning}
            value={reason}
            onChange={(event) => setReason(Number(event.target.value) as SuppressionReason)}
          >
            {reasons.map((each) => (
              <option key={each} value={each}>
                {suppressionWords[each].word}
              </option>
            ))}
          </SelectField>
        </Stack>
      </form>
    </Dialog>
  );
}
