import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { useDebounced } from "../../format/use-debounced.ts";
import { Card } from "../../ui/card.tsx";
import { SelectField } from "../../ui/field.tsx";
import { MailPreview, type PreviewMail } from "../../ui/mail-preview.tsx";
import { Stack } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import type { Draft } from "./draft.ts";
import type { DryRun } from "./use-dry-run.ts";

const restMs = 400;

/** The mail as real customers of the audience get it; before there is an audience, as an example customer does. */
export function PreviewCard({ draft, dryRun }: { draft: Draft; dryRun: DryRun }) {
  const [at, setAt] = useState(0);
  const samples = dryRun.answer?.samples ?? [];
  const example = useExample(draft, samples.length === 0);
  const chosen = samples[Math.min(at, samples.length - 1)];
  const mail: PreviewMail | undefined =
    chosen === undefined
      ? example.mail
      : { to: chosen.email, subject: chosen.subject, html: chosen.html, text: chosen.text };
  return (
    <Card title="Preview">
      {draft.templateId === "" ? (
        <p className="muted">Choose a template to see the mail.</p>
      ) : (
        <Stack gap={4}>
          <ErrorNote error={chosen === undefined ? example.error : null} />
          {samples.length > 1 ? (
            <SelectField
              label="As this customer gets it"
              value={String(at)}
              onChange={(event) => setAt(Number(event.target.value))}
            >
              {samples.map((sample, index) => (
                <option key={sample.customerId} value={index}>
                  {sample.email}
                </option>
              ))}
            </SelectField>
          ) : null}
          {mail === undefined ? null : <MailPreview mail={mail} />}
        </Stack>
      )}
    </Card>
  );
}

function useExample(draft: Draft, wanted: boolean): { mail: PreviewMail | undefined; error: unknown } {
  const { templateId } = draft;
  const customMessage = useDebounced(draft.customMessage, restMs);
  const template = useQuery(
    TemplateService.method.getTemplate,
    { templateId },
    { enabled: wanted && templateId !== "" },
  );
  const source = template.data?.template?.source;
  const rendered = useQuery(
    TemplateService.method.renderTemplate,
    source === undefined ? {} : { source, customMessage },
    { enabled: wanted && source !== undefined, placeholderData: keepPreviousData },
  );
  const { data } = rendered;
  return {
    mail: data === undefined ? undefined : { to: "an example customer", ...pick(data) },
    error: template.error ?? rendered.error,
  };
}

const pick = ({ subject, html, text }: { subject: string; html: string; text: string }) => ({
  subject,
  html,
  text,
});
