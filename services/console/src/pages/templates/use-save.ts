import { createConnectQueryKey, useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { type Template, TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { toast } from "../../ui/toast.tsx";
import type { useDraft } from "./use-draft.ts";

/** Saves a draft: a new template, or a new version. `leaveFreely` is true when leaving the page is the work of a save, and asks nobody. */
export function useSave(template: Template | undefined, work: ReturnType<typeof useDraft>) {
  const { draft, settle } = work;
  const navigate = useNavigate();
  const client = useQueryClient();
  const leaveFreely = useRef(false);
  const saved = (now: Template | undefined) => {
    if (now === undefined) return;
    settle({ draft: { ...draft, name: draft.name.trim() }, version: now.version });
    void client.invalidateQueries({
      queryKey: createConnectQueryKey({ schema: TemplateService, cardinality: undefined }),
    });
  };
  const create = useMutation(TemplateService.method.createTemplate, {
    onSuccess: ({ template: made }) => {
      if (made === undefined) return;
      leaveFreely.current = true;
      saved(made);
      toast(`The template "${made.name}" was created.`);
      void navigate({ to: "/templates/$templateId", params: { templateId: made.id }, replace: true });
    },
  });
  const update = useMutation(TemplateService.method.updateTemplate, {
    onSuccess: ({ template: made }) => {
      saved(made);
      toast(`Saved as version ${made?.version ?? ""}.`);
    },
  });
  const source = { subject: draft.subject, html: draft.html, text: draft.text };
  const name = draft.name.trim();
  return {
    save: () => {
      if (create.isPending || update.isPending) return;
      if (template === undefined) create.mutate({ name, source });
      else update.mutate({ templateId: template.id, name, source });
    },
    saving: create.isPending || update.isPending,
    error: create.error ?? update.error,
    leaveFreely,
  };
}
