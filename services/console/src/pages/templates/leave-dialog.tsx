import { useBlocker } from "@tanstack/react-router";
import type { RefObject } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";

/** Asks before unsaved changes are left behind; `freely` set to true lets one departure through. */
export function LeaveDialog({
  dirty,
  freely,
  onDiscard,
}: {
  dirty: boolean;
  freely: RefObject<boolean>;
  onDiscard: () => void;
}) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && !freely.current && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty && !freely.current,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <Dialog
      open
      onClose={blocker.reset}
      title="Leave without saving?"
      lead="This browser keeps the draft, so that you can go on with it later. Nobody else sees it."
      actions={
        <>
          <Button
            look="danger"
            onClick={() => {
              onDiscard();
              blocker.proceed();
            }}
          >
            Discard the changes
          </Button>
          <Button onClick={blocker.proceed}>Leave and keep the draft</Button>
          <Button look="primary" onClick={blocker.reset}>
            Stay
          </Button>
        </>
      }
    />
  );
}
