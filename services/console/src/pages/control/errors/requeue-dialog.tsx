import { count, plural } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Stack } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { type RequeueChoice, type RequeueState, useRequeue } from "./use-requeue.ts";

/** Asks before dead letters go back to their queues, shows how far it is, and can be stopped. */
export function RequeueDialog({
  choice,
  what,
  onClose,
  onChange,
}: {
  choice: RequeueChoice;
  /** What goes back, in words: "3 dead letters", "every dead letter of the queue customer". */
  what: string;
  onClose: () => void;
  onChange: () => void;
}) {
  const { state, start, stop } = useRequeue(onChange);
  const running = state.phase === "running";
  return (
    <Dialog
      open
      // Escape stops what runs before it closes.
      onClose={running ? stop : onClose}
      title="Put back on the queue?"
      lead={
        <>
          Goes back: {what}. Each returns to its queue as it was, at most 500 a second. What was done before
          is not done twice. If the cause is not mended, it will be here again.
        </>
      }
      actions={<Actions state={state} onStart={() => void start(choice)} onStop={stop} onClose={onClose} />}
    >
      <Stack gap={3}>
        <ErrorNote error={state.error} />
        {state.phase === "waiting" ? null : <Progress state={state} />}
      </Stack>
    </Dialog>
  );
}

function Progress({ state }: { state: RequeueState }) {
  const { phase, requeued, remaining } = state;
  const words = {
    waiting: "",
    running:
      remaining === undefined
        ? "The first are going back…"
        : `${count(requeued)} are back, ${count(remaining)} to go…`,
    stopped: `Stopped. At least ${count(requeued)} are back; the list shows what is left.`,
    done: `Done: ${plural(requeued, "message")} went back.`,
    failed: `It broke off after ${count(requeued)}. What went back stays back; start again for the rest.`,
  }[phase];
  const total = Math.max(1, requeued + (remaining ?? 1));
  return (
    <>
      <ProgressBar
        label="Put back"
        total={phase === "done" ? Math.max(1, requeued) : total}
        parts={[
          { label: "Put back", value: phase === "done" ? Math.max(1, requeued) : requeued, tone: "good" },
        ]}
      />
      <p className="muted" role="status">
        {words}
      </p>
    </>
  );
}

function Actions({
  state: { phase },
  onStart,
  onStop,
  onClose,
}: {
  state: RequeueState;
  onStart: () => void;
  onStop: () => void;
  onClose: () => void;
}) {
  if (phase === "running") return <Button onClick={onStop}>Stop</Button>;
  if (phase === "done")
    return (
      <Button look="primary" onClick={onClose}>
        Close
      </Button>
    );
  return (
    <>
      <Button onClick={onClose}>{phase === "waiting" ? "Leave them" : "Close"}</Button>
      <Button look="primary" onClick={onStart}>
        {phase === "waiting" ? "Put back" : "Go on"}
      </Button>
    </>
  );
}
