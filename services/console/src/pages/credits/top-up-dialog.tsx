import type { Transport } from "@connectrpc/connect";
import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useId, useState } from "react";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { count } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";

// The contract's bound of TopUpCredits.
const maxAmount = 1_000_000_000;

/** Adds credits to an agency; for operators. `transport` is that agency's, by default the one acted for. */
export function TopUpDialog({
  transport,
  onClose,
  onChange,
}: {
  transport?: Transport;
  onClose: () => void;
  onChange: () => void;
}) {
  const form = useId();
  // The same for every try of this dialog, so that a lost answer is not paid twice.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const { mutate, isPending, error } = useMutation(AgencyService.method.topUpCredits, {
    ...(transport === undefined ? {} : { transport }),
    onSuccess: ({ balance }) => {
      toast(`Topped up. The balance is ${count(balance)}.`);
      onChange();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ idempotencyKey, amount: BigInt(amount), note });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Top up credits"
      lead="One credit is one mail that the provider accepts. The entry stays in the ledger for good."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" type="submit" form={form} busy={isPending}>
            {/^[1-9]\d*$/.test(amount) ? `Add ${count(Number(amount))}` : "Add"}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Stack gap={4}>
          <ErrorNote error={error} />
          <TextField
            label="Credits"
            type="number"
            inputMode="numeric"
            min={1}
            max={maxAmount}
            step={1}
            required
            autoFocus
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
          />
          <TextField
            label="Note"
            maxLength={500}
            placeholder="Invoice 2026-117"
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
