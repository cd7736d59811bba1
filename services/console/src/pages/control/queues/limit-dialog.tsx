import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useId, useState } from "react";
import { type Queue, QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { count } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { laneWord, queueWords } from "./queue-words.ts";

// The contract's bounds of SetQueueLimit.
const minLimit = 1;
const maxLimit = 100_000;

/** Changes how many messages of a lane may be in flight, while it runs. */
export function LimitDialog({
  queue,
  onClose,
  onChange,
}: {
  queue: Queue;
  onClose: () => void;
  onChange: () => void;
}) {
  const form = useId();
  const { label, workers } = queueWords(queue.name);
  const [text, setText] = useState(String(queue.maxAckPending));
  const limit = Number(text);
  const right = Number.isInteger(limit) && limit >= minLimit && limit <= maxLimit;
  const { mutate, isPending, error } = useMutation(QueueService.method.setQueueLimit, {
    onSuccess: () => {
      toast(`“${label}”, ${laneWord[queue.lane]}: at most ${count(limit)} in flight.`);
      onChange();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (right) mutate({ queue: queue.name, lane: queue.lane, maxAckPending: limit });
  };
  const contract = queue.contractMaxAckPending;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Limit of “${label}”, ${laneWord[queue.lane]}`}
      lead={`How many messages of this lane may be with ${workers} at once, over all its instances. More means more at a time, up to what the database and the provider carry; fewer slows this lane down and leaves the others alone. It holds from now on, also after a restart.`}
      actions={
        <>
          {contract > 0 && contract !== limit ? (
            <Button look="quiet" onClick={() => setText(String(contract))}>
              Back to the contract’s {count(contract)}
            </Button>
          ) : null}
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" form={form} busy={isPending} disabled={!right}>
            Set the limit
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <ErrorNote error={error} />
        <TextField
          label="Messages in flight"
          type="number"
          inputMode="numeric"
          min={minLimit}
          max={maxLimit}
          step={1}
          required
          autoFocus
          value={text}
          hint={`From ${count(minLimit)} to ${count(maxLimit)}; it is ${count(queue.maxAckPending)} now.`}
          error={right ? undefined : `Write a whole number from ${count(minLimit)} to ${count(maxLimit)}.`}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
