import { useMutation } from "@connectrpc/connect-query";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import type { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { laneWord, queueWords } from "./queue-words.ts";

/** What is about to be stopped or set going: one lane, or every lane when none is named. */
export type Pausing = { what: "pause" | "resume"; queue: string; lane?: Lane };

/** Asks before a lane or a queue is paused or resumed, and says what that means. */
export function PauseDialog({
  pausing,
  onClose,
  onChange,
}: {
  pausing: Pausing;
  onClose: () => void;
  onChange: () => void;
}) {
  const { what, queue, lane } = pausing;
  const pauses = what === "pause";
  const { label, workers } = queueWords(queue);
  const lanes = lane === undefined ? "every lane" : `the lane ${laneWord[lane]}`;
  const done = {
    onSuccess: () => {
      toast(`“${label}”, ${lanes}: ${pauses ? "paused" : "resumed"}.`);
      onChange();
      onClose();
    },
  };
  const pause = useMutation(QueueService.method.pauseQueue, done);
  const resume = useMutation(QueueService.method.resumeQueue, done);
  const { mutate, isPending, error } = pauses ? pause : resume;
  return (
    <Dialog
      open
      onClose={onClose}
      title={pauses ? "Pause this queue?" : "Resume this queue?"}
      lead={
        pauses
          ? `“${label}”, ${lanes}: ${workers} gets no more messages, in any language and on any machine. What a worker already holds is finished. Nothing is lost; it waits for every agency until somebody resumes it.`
          : `“${label}”, ${lanes}: ${workers} gets messages again, the oldest first.`
      }
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button
            look={pauses ? "danger" : "primary"}
            busy={isPending}
            onClick={() => mutate({ queue, ...(lane === undefined ? {} : { lane }) })}
          >
            {pauses ? "Pause" : "Resume"}
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
