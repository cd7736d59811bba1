import { useMutation } from "@connectrpc/connect-query";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { count, plural } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import type { BlastDialogProps } from "./cancel-dialog.tsx";

/** Gives up what is held: nobody of these gets the mail, and the credit returns. */
export function RejectDialog({ blast, open, onClose, onChange }: BlastDialogProps) {
  const held = blast.balanceSheet?.held ?? 0;
  const { mutate, isPending, error } = useMutation(BlastService.method.rejectHeld, {
    onSuccess: ({ rejected, remaining }) => {
      toast(
        `${plural(rejected, "delivery", "deliveries")} given up${remaining > 0 ? `; ${count(remaining)} more wait for another call` : ""}.`,
      );
      onChange();
      onClose();
    },
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Give up ${plural(held, "held delivery", "held deliveries")}?`}
      lead="The mail provider's log does not show them, so most likely nobody of these got the mail. Given up, they count as rejected and their credit returns. They can still be retried later."
      actions={
        <>
          <Button onClick={onClose}>Keep holding</Button>
          <Button
            look="danger"
            busy={isPending}
            disabled={held === 0}
            onClick={() => mutate({ blastId: blast.id })}
          >
            Give up {count(held)}
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
