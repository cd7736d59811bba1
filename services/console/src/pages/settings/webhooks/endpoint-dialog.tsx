import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useId, useState } from "react";
import { type WebhookEndpoint, WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { Button } from "../../../ui/button.tsx";
import { CopyOnce } from "../../../ui/copy-once.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextArea, TextField } from "../../../ui/field.tsx";
import { Stack } from "../../../ui/page.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";

/** Makes an end point, and shows its secret once; or changes one. */
export function EndpointDialog({
  endpoint,
  onClose,
  onChange,
}: {
  endpoint?: WebhookEndpoint;
  onClose: () => void;
  onChange: () => void;
}) {
  const form = useId();
  const [url, setUrl] = useState(endpoint?.url ?? "");
  const [description, setDescription] = useState(endpoint?.description ?? "");
  const [types, setTypes] = useState(endpoint?.types.join("\n") ?? "");
  const create = useMutation(WebhookService.method.createEndpoint, { onSuccess: onChange });
  const update = useMutation(WebhookService.method.updateEndpoint, {
    onSuccess: () => {
      toast("Changed.");
      onChange();
      onClose();
    },
  });
  if (create.data !== undefined)
    return (
      <Dialog
        open
        onClose={onClose}
        title="The end point is there"
        lead="Every message is signed with this secret, as Standard Webhooks say. Check the signature before you believe one."
        actions={
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <CopyOnce label="Secret" value={create.data.secret} once />
      </Dialog>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const values = { url, description, types: [...new Set(types.split(/[\s,]+/).filter(Boolean))] };
    if (endpoint === undefined) create.mutate(values);
    else update.mutate({ ...values, endpointId: endpoint.id, enabled: endpoint.enabled });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={endpoint === undefined ? "New end point" : "Change the end point"}
      lead="An address of yours that takes POST and answers with 2xx within a few seconds."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" type="submit" form={form} busy={create.isPending || update.isPending}>
            {endpoint === undefined ? "Add" : "Save"}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Stack gap={4}>
          <ErrorNote error={create.error ?? update.error} />
          <TextField
            label="Address"
            type="url"
            required
            autoFocus
            maxLength={2_000}
            placeholder="https://example.com/hooks/fanfare"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
          <TextField
            label="What it is for"
            maxLength={500}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
          <TextArea
            label="Only these facts"
            rows={3}
            placeholder={"blast.completed\ncustomer.opted_out"}
            hint="One a line. Empty is every fact."
            value={types}
            onChange={(event) => setTypes(event.target.value)}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
