import { useMutation } from "@connectrpc/connect-query";
import { useState } from "react";
import { type Blast, BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { count, plural } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";

/** What every dialog of a blast gets. */
export type BlastDialogProps = { blast: Blast; open: boolean; onClose: () => void; onChange: () => void };

/** Asks before a blast is cancelled, and says afterwards how many had left. */
export function CancelDialog({ blast, open, onClose, onChange }: BlastDialogProps) {
  const [left, setLeft] = useState<number>();
  const { mutate, isPending, error, reset } = useMutation(BlastService.method.cancelBlast, {
    onSuccess: ({ alreadyLeft }) => {
      setLeft(alreadyLeft);
      toast("The blast is cancelled.");
      onChange();
    },
  });
  const close = () => {
    onClose();
    setLeft(undefined);
    reset();
  };
  if (left !== undefined)
    return (
      <Dialog
        open={open}
        onClose={close}
        title="Cancelled"
        lead={
          left === 0
            ? "Nobody was mailed."
            : `${plural(left, "mail")} had left before, or may have. Nothing more leaves.`
        }
        actions={
          <Button look="primary" onClick={close}>
            Done
          </Button>
        }
      />
    );
  const waiting = blast.balanceSheet?.waiting ?? 0;
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Cancel this blast?"
      lead={
        <>
          From now on nothing more of it leaves: {count(waiting)} of{" "}
          {count(blast.balanceSheet?.audience ?? 0)} are still waiting. Their credit comes back. It cannot be
          resumed; to stop for a while, pause it.
        </>
      }
      actions={
        <>
          <Button onClick={close}>Let it go on</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ blastId: blast.id })}>
            Cancel the blast
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
