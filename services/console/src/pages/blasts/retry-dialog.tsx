import { useMutation } from "@connectrpc/connect-query";
import { useState } from "react";
import { BlastService, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { count, plural } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, SelectField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import type { BlastDialogProps } from "./cancel-dialog.tsx";
import { reasonWords, rejectedOnly } from "./reasons.ts";

/** Tries again exactly what failed: rejected, held, or both, and only with one reason if so wished. Nobody else gets a second mail. */
export function RetryDialog({ blast, open, onClose, onChange }: BlastDialogProps) {
  const { rejected = 0, held = 0, reasons = {} } = blast.balanceSheet ?? {};
  const [withRejected, setWithRejected] = useState(true);
  const [withHeld, setWithHeld] = useState(false);
  const [reason, setReason] = useState("");
  const { mutate, isPending, error, reset } = useMutation(BlastService.method.retryDeliveries, {
    onSuccess: ({ retried, remaining }) => {
      toast(
        `${plural(retried, "delivery", "deliveries")} ${retried === 1 ? "is" : "are"} tried again${remaining > 0 ? `; ${count(remaining)} more wait for another call` : ""}.`,
      );
      reset();
      onChange();
      onClose();
    },
  });
  const rejectedReasons = Object.entries(reasons).filter(([code, found]) => found > 0 && rejectedOnly(code));
  const takesRejected = withRejected && rejected > 0;
  const takesHeld = withHeld && held > 0 && reason === "";
  const chosen =
    (takesRejected ? (reason === "" ? rejected : (reasons[reason] ?? 0)) : 0) + (takesHeld ? held : 0);
  const states = [
    ...(takesRejected ? [DeliveryState.REJECTED] : []),
    ...(takesHeld ? [DeliveryState.HELD] : []),
  ];
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Retry exactly the failed"
      lead="Only the deliveries chosen here are tried again. Whoever has the mail gets no second one."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            look="primary"
            busy={isPending}
            disabled={chosen === 0}
            onClick={() => mutate({ blastId: blast.id, states, reason })}
          >
            Retry {plural(chosen, "delivery", "deliveries")}
          </Button>
        </>
      }
    >
      <Stack gap={4}>
        <ErrorNote error={error} />
        {rejected > 0 ? (
          <CheckField
            label={`Rejected (${count(rejected)})`}
            hint="They were refused for good; worth a try once the cause is mended."
            checked={withRejected}
            onChange={(event) => setWithRejected(event.target.checked)}
          />
        ) : null}
        {held > 0 ? (
          <CheckField
            label={`Held (${count(held)})`}
            hint="Their answer was lost. Most likely they did not go out; a few people may get the mail twice."
            checked={withHeld && reason === ""}
            disabled={reason !== ""}
            onChange={(event) => setWithHeld(event.target.checked)}
          />
        ) : null}
        {rejectedReasons.length > 1 ? (
          <SelectField
            label="Only with this reason"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          >
            <option value="">Any reason</option>
            {rejectedReasons.map(([code, found]) => (
              <option key={code} value={code}>
                {reasonWords(code).label} ({count(found)})
              </option>
            ))}
          </SelectField>
        ) : null}
        <p className="muted" aria-live="polite">
          Costs {plural(chosen, "credit")}, like any other mail.
        </p>
      </Stack>
    </Dialog>
  );
}
