import { useMutation } from "@connectrpc/connect-query";
import { type WebhookEndpoint, WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { Time } from "../../../format/time.tsx";
import { Button } from "../../../ui/button.tsx";
import { CopyOnce } from "../../../ui/copy-once.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ErrorNote } from "../../../ui/states.tsx";

/** Makes a new secret, which is shown once; for a day the old one signs beside it. */
export function SecretDialog({ endpoint, onClose }: { endpoint: WebhookEndpoint; onClose: () => void }) {
  const { mutate, isPending, error, data } = useMutation(WebhookService.method.rotateSecret);
  return (
    <Dialog
      open
      onClose={onClose}
      title={data === undefined ? "Make a new secret?" : "The new secret"}
      lead={
        data === undefined ? (
          "For a day every message is signed with both, so that you can change over in peace."
        ) : (
          <>
            Until <Time at={data.oldUntil} /> messages are signed with the old one, too.
          </>
        )
      }
      actions={
        data === undefined ? (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button look="primary" busy={isPending} onClick={() => mutate({ endpointId: endpoint.id })}>
              Make it
            </Button>
          </>
        ) : (
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        )
      }
    >
      <ErrorNote error={error} />
      {data === undefined ? null : <CopyOnce label="Secret" value={data.secret} once />}
    </Dialog>
  );
}
