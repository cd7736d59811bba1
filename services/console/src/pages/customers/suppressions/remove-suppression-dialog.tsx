import { useMutation } from "@connectrpc/connect-query";
import { CustomerService, type Suppression, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useCustomersChanged } from "../use-customers.ts";

const warnings: Record<SuppressionReason, string> = {
  [SuppressionReason.UNSPECIFIED]: "",
  [SuppressionReason.OPTED_OUT]:
    "This person asked for no more mail. Writing all the same breaks the law in most places; remove it only when the person asked for that.",
  [SuppressionReason.BOUNCED]:
    "Mail to this address came back for good. If it still does, that harms the reputation of your sending domain.",
  [SuppressionReason.COMPLAINED]:
    "This person marked a mail as spam. One more complaint weighs more than many mails that arrive.",
  [SuppressionReason.INVALID]:
    "The address was found invalid. Remove it only when you know that it works now.",
};

/** Lets an address be mailed again, after a warning that says what it risks. */
export function RemoveSuppressionDialog({
  suppression,
  onClose,
}: {
  suppression: Suppression;
  onClose: () => void;
}) {
  const { email, reason } = suppression;
  const changed = useCustomersChanged();
  const { mutate, isPending, error } = useMutation(CustomerService.method.removeSuppression, {
    onSuccess: () => {
      toast(`${email} may be mailed again.`);
      changed();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Mail ${email} again?`}
      lead={warnings[reason]}
      actions={
        <>
          <Button onClick={onClose}>Keep it suppressed</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ email, reason })}>
            Remove the suppression
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
