import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "@connectrpc/connect-query";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { DoubtPolicy } from "#gen/fanfare/options/v1/doubt_policy_pb.js";
import { BlastService, type PreviewBlastResponse } from "#gen/fanfare/api/v1/blast_pb.js";
import { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { useSession } from "../../app/session.ts";
import { count, plural } from "../../format/numbers.ts";
import { useZone } from "../../format/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { audienceOf, type Draft } from "./draft.ts";
import { rhythmWords, rruleOf } from "./rhythm.ts";

const lanes = { urgent: Lane.URGENT, standard: Lane.STANDARD, bulk: Lane.BULK } as const;
const doubts = {
  agency: DoubtPolicy.UNSPECIFIED,
  hold: DoubtPolicy.HOLD,
  resend: DoubtPolicy.RESEND,
} as const;

/** The last look before it leaves. The draft's id is the idempotency key: a double click, a reload or a second tab sends once. */
export function ConfirmDialog({
  draft,
  answer,
  open,
  onClose,
  onSent,
}: {
  draft: Draft;
  answer: PreviewBlastResponse;
  open: boolean;
  onClose: () => void;
  onSent: () => void;
}) {
  const { confirm, busy, error } = useConfirm(draft, onSent);
  const { agency } = useSession();
  const undoSeconds = agency?.settings?.undoSeconds ?? 0;
  const zone = useZone();
  const now = draft.when.kind === "now";
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={now ? `Send “${draft.name}”?` : `Schedule “${draft.name}”?`}
      lead={
        now ? (
          <>
            {plural(answer.eligible, "customer")} get{answer.eligible === 1 ? "s" : ""} the mail, for{" "}
            {plural(answer.cost, "credit")}.{" "}
            {undoSeconds > 0
              ? `It leaves ${undoSeconds} seconds after that; until then it can be taken back.`
              : "It leaves at once; what has not left can be paused or cancelled."}
          </>
        ) : (
          <>
            {whenWords(draft, zone)}. The audience is counted anew each time; today {count(answer.eligible)}{" "}
            would get it.
          </>
        )
      }
      actions={
        <>
          <Button onClick={onClose}>Not yet</Button>
          <Button look="primary" busy={busy} onClick={confirm}>
            {now ? `Send to ${plural(answer.eligible, "customer")}` : "Schedule"}
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}

function whenWords({ when }: Draft, zone: string): string {
  if (when.kind === "recurring") return rhythmWords(when.rhythm, when.localStart, zone);
  if (when.kind === "now") return "Now";
  const at = new Date(`${when.localStart}:00Z`);
  return `On ${new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short", timeZone: "UTC" }).format(at)}, ${zone}`;
}

function useConfirm(draft: Draft, onSent: () => void) {
  const navigate = useNavigate();
  const send = useMutation(BlastService.method.sendBlast, {
    onSuccess: ({ blastId }) => {
      void navigate({ to: "/blasts/$blastId", params: { blastId }, search: {} }).then(onSent);
    },
  });
  const schedule = useMutation(ScheduleService.method.createSchedule, {
    onSuccess: () => {
      toast("Scheduled. The calendar shows when it leaves.");
      void navigate({ to: "/calendar", search: {} }).then(onSent);
    },
  });
  const confirm = () => {
    const audience = audienceOf(draft.audience);
    if (audience === undefined) return;
    const order = {
      idempotencyKey: draft.id,
      name: draft.name.trim(),
      content: { templateId: draft.templateId, customMessage: draft.customMessage },
      audience,
      lane: lanes[draft.lane],
    };
    if (draft.when.kind === "now") send.mutate({ ...order, doubtPolicy: doubts[draft.doubt] });
    else
      schedule.mutate({
        ...order,
        localStart: draft.when.localStart,
        rrule: draft.when.kind === "recurring" ? rruleOf(draft.when.rhythm) : "",
      });
  };
  return {
    confirm,
    busy: send.isPending || schedule.isPending || send.isSuccess || schedule.isSuccess,
    error: send.error ?? schedule.error,
  };
}
