import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { Time } from "../../format/time.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyOnce } from "../../ui/copy-once.tsx";
import { Dialog } from "../../ui/dialog.tsx";

/** A link that was made, for whom, and until when it opens. */
export type Invitation = { email: string; url: string; expiresAt: Timestamp | undefined };

/** Shows the link to hand over; Fanfare sends it to nobody by itself. */
export function InvitationDialog({
  invitation: { email, url, expiresAt },
  onClose,
}: {
  invitation: Invitation;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`A link for ${email}`}
      lead={
        <>
          Whoever opens it sets the password of this user, so give it to nobody else. It works until{" "}
          <Time at={expiresAt} />.
        </>
      }
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CopyOnce label="Invitation" value={url} once />
    </Dialog>
  );
}
