import { useMutation } from "@connectrpc/connect-query";
import { type WebhookEndpoint, WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";

/** Asks before an end point goes, with all that waits for it. */
export function DeleteDialog({
  endpoint,
  onClose,
  onChange,
}: {
  endpoint: WebhookEndpoint;
  onClose: () => void;
  onChange: () => void;
}) {
  const { mutate, isPending, error } = useMutation(WebhookService.method.deleteEndpoint, {
    onSuccess: () => {
      toast("Removed.");
      onChange();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Remove this end point?"
      lead={`${endpoint.url} gets nothing more, and what waits for it is dropped. To stop for a while, switch it off.`}
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ endpointId: endpoint.id })}>
            Remove
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
