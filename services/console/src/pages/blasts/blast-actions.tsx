import { useMutation } from "@connectrpc/connect-query";
import { Ban, Ellipsis, Pause, Play, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { type Blast, BlastService, BlastState } from "#gen/fanfare/api/v1/blast_pb.js";
import { useMay } from "../../app/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Menu, type MenuItem } from "../../ui/menu.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import { ExportButton } from "./export-button.tsx";
import { RejectDialog } from "./reject-dialog.tsx";
import { RetryDialog } from "./retry-dialog.tsx";

type Open = "cancel" | "retry" | "reject" | undefined;

/** What can be done about a blast: the likeliest as buttons, the rest in a menu. Viewers see none. */
export function BlastActions({ blast, onChange }: { blast: Blast; onChange: () => void }) {
  const may = useMay(Role.SENDER);
  const [open, setOpen] = useState<Open>();
  const { pause, resume, busy } = usePauseAndResume(onChange);
  if (!may) return null;
  const can = abilities(blast);
  const items: MenuItem[] = [
    ...(can.reject
      ? [{ label: "Give up what is held…", icon: <Trash2 size={16} />, onSelect: () => setOpen("reject") }]
      : []),
    ...(can.cancel
      ? [
          {
            label: "Cancel the blast…",
            icon: <Ban size={16} />,
            danger: true,
            onSelect: () => setOpen("cancel"),
          },
        ]
      : []),
  ];
  const close = () => setOpen(undefined);
  return (
    <>
      {can.pause ? (
        <Button icon={<Pause size={16} />} busy={busy} onClick={() => pause(blast.id)}>
          Pause
        </Button>
      ) : null}
      {can.resume ? (
        <Button look="primary" icon={<Play size={16} />} busy={busy} onClick={() => resume(blast.id)}>
          Resume
        </Button>
      ) : null}
      {can.retry ? (
        <Button icon={<RotateCcw size={16} />} onClick={() => setOpen("retry")}>
          Retry the failed
        </Button>
      ) : null}
      <ExportButton blastId={blast.id} />
      {items.length === 0 ? null : (
        <Menu label="More about this blast" items={items} className={buttonClass("secondary")}>
          <Ellipsis size={16} aria-hidden="true" />
        </Menu>
      )}
      <CancelDialog blast={blast} open={open === "cancel"} onClose={close} onChange={onChange} />
      <RetryDialog blast={blast} open={open === "retry"} onClose={close} onChange={onChange} />
      <RejectDialog blast={blast} open={open === "reject"} onClose={close} onChange={onChange} />
    </>
  );
}

/** What the state of a blast leaves to be done. */
function abilities({ state, balanceSheet, completedAt }: Blast) {
  const stopped = state === BlastState.CANCELLED || state === BlastState.REFUSED;
  const failed = (balanceSheet?.rejected ?? 0) + (balanceSheet?.held ?? 0);
  return {
    pause: state === BlastState.SENDING || state === BlastState.FREEZING || state === BlastState.ACCEPTED,
    resume: state === BlastState.PAUSED,
    cancel: completedAt === undefined && !stopped,
    retry: failed > 0 && !stopped,
    reject: (balanceSheet?.held ?? 0) > 0,
  };
}

function usePauseAndResume(onChange: () => void) {
  const done = (text: string) => ({
    onError: toastError,
    onSuccess: () => {
      toast(text);
      onChange();
    },
  });
  const pause = useMutation(
    BlastService.method.pauseBlast,
    done("Paused: nothing more leaves until somebody resumes it."),
  );
  const resume = useMutation(BlastService.method.resumeBlast, done("Resumed: it goes on where it stopped."));
  return {
    pause: (blastId: string) => pause.mutate({ blastId }),
    resume: (blastId: string) => resume.mutate({ blastId }),
    busy: pause.isPending || resume.isPending,
  };
}
