import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useMutation } from "@connectrpc/connect-query";
import { Undo2 } from "lucide-react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { type Blast, BlastService, BlastState } from "#gen/fanfare/api/v1/blast_pb.js";
import { useMay } from "../../app/session.ts";
import { plural } from "../../format/numbers.ts";
import { useNow } from "../../format/use-now.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { toast, toastError } from "../../ui/toast.tsx";

const tickMs = 200;

/** While nobody was mailed yet: how long that lasts, and the button that takes the whole blast back. */
export function Countdown({ blast, onChange }: { blast: Blast; onChange: () => void }) {
  const may = useMay(Role.SENDER);
  const leavesAt = blast.leavesAt === undefined ? 0 : timestampMs(blast.leavesAt);
  const stopped = blast.state === BlastState.CANCELLED || blast.state === BlastState.REFUSED;
  const now = useNow(tickMs, leavesAt > Date.now() && !stopped);
  const { mutate, isPending } = useMutation(BlastService.method.cancelBlast, {
    onError: toastError,
    onSuccess: ({ alreadyLeft }) => {
      toast(
        alreadyLeft === 0
          ? "Taken back: nobody was mailed."
          : `Cancelled; ${plural(alreadyLeft, "mail")} had left before.`,
      );
      onChange();
    },
  });
  if (stopped || leavesAt <= now) return null;
  const seconds = Math.ceil((leavesAt - now) / 1000);
  return (
    <Notice
      tone="accent"
      icon={<Undo2 size={18} />}
      actions={
        may ? (
          <Button look="primary" busy={isPending} onClick={() => mutate({ blastId: blast.id })}>
            Undo
          </Button>
        ) : undefined
      }
    >
      <strong className="numeric">Leaves in {seconds} s.</strong> Until then it can be taken back as if it had
      never been sent.
      <span className="visually-hidden" role="status">
        The blast leaves soon; the button Undo takes it back.
      </span>
    </Notice>
  );
}
