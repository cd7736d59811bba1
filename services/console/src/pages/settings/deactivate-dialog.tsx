import { useMutation } from "@connectrpc/connect-query";
import { AgencyService, type User } from "#gen/fanfare/api/v1/agency_pb.js";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";

/** Asks before somebody loses access. */
export function DeactivateDialog({
  user,
  onClose,
  onChange,
}: {
  user: User;
  onClose: () => void;
  onChange: () => void;
}) {
  const who = user.name || user.email;
  const { mutate, isPending, error } = useMutation(AgencyService.method.updateUser, {
    onSuccess: () => {
      toast(`${who} can no longer sign in.`);
      onChange();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Deactivate ${who}?`}
      lead="They are signed out, their API keys end, and blasts they ordered that were not frozen yet are refused. What they did stays. You can make them active again; the keys stay ended."
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ userId: user.id, active: false })}>
            Deactivate
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
