import { type FormEvent, useId } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import type { CustomerDraft } from "./customer-draft.ts";
import { CustomerForm } from "./customer-form.tsx";

/** The form of a customer in a dialog; Enter saves. */
export function CustomerDialog({
  open,
  title,
  save,
  draft,
  onChange,
  busy,
  error,
  onClose,
  onSave,
}: {
  open: boolean;
  title: string;
  save: string;
  draft: CustomerDraft;
  onChange: (draft: CustomerDraft) => void;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSave: () => void;
}) {
  const form = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onSave();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" type="submit" form={form} busy={busy}>
            {save}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <CustomerForm draft={draft} onChange={onChange} error={error} />
      </form>
    </Dialog>
  );
}
