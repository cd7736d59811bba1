import { createConnectQueryKey, useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { type Template, TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";

/** Takes a template out of the lists, after a question. */
export function ArchiveDialog({
  template,
  onClose,
  onArchived,
}: {
  template: Template;
  onClose: () => void;
  onArchived: () => void;
}) {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation(TemplateService.method.archiveTemplate, {
    onSuccess: () => {
      toast(`The template "${template.name}" was archived.`);
      void client.invalidateQueries({
        queryKey: createConnectQueryKey({
          schema: TemplateService.method.listTemplates,
          cardinality: undefined,
        }),
      });
      onArchived();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Archive "${template.name}"?`}
      lead="It is no longer offered for new blasts. Blasts and schedules that use it go on."
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ templateId: template.id })}>
            Archive
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
