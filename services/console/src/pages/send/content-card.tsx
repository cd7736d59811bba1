import { useQuery } from "@connectrpc/connect-query";
import { Link } from "@tanstack/react-router";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { count } from "../../format/numbers.ts";
import { Card } from "../../ui/card.tsx";
import { SelectField, TextArea } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import type { Draft } from "./draft.ts";
import type { ChangeDraft } from "./send-page.tsx";

// The contract's limit.
const maxMessageChars = 20_000;
const maxTemplates = 1_000;

/** What is sent: a template, and one's own words in it. */
export function ContentCard({ draft, change }: { draft: Draft; change: ChangeDraft }) {
  const { data, error } = useQuery(TemplateService.method.listTemplates, { page: { size: maxTemplates } });
  const takesMessage = useTakesMessage(draft.templateId);
  return (
    <Card title="Mail">
      <Stack gap={4}>
        <SelectField
          label="Template"
          value={draft.templateId}
          onChange={(event) => change({ templateId: event.target.value })}
          error={error === null ? undefined : "The templates could not be read; reload the page."}
          hint={
            data?.templates.length === 0 ? (
              <>
                There is no template yet. <Link to="/templates">Write one</Link>
              </>
            ) : undefined
          }
        >
          <option value="">Choose a template</option>
          {data?.templates.map((template) => (
            <option key={template.id} value={template.id}>
              {template.name} (version {template.version})
            </option>
          ))}
        </SelectField>
        <TextArea
          label="Your own words"
          rows={5}
          value={draft.customMessage}
          maxLength={maxMessageChars}
          placeholder="Optional. Plain text; line breaks are kept."
          hint={
            draft.customMessage !== "" && takesMessage === false
              ? "This template has no place for them: add {{custom_message}} to it, or they are not shown."
              : `${count(draft.customMessage.length)} of ${count(maxMessageChars)} characters`
          }
          onChange={(event) => change({ customMessage: event.target.value })}
        />
      </Stack>
    </Card>
  );
}

/** Whether the template shows the sender's own words; undefined while that is not known. */
function useTakesMessage(templateId: string): boolean | undefined {
  const { data } = useQuery(
    TemplateService.method.getTemplate,
    { templateId },
    { enabled: templateId !== "" },
  );
  const source = data?.template?.source;
  return source === undefined ? undefined : /custom_message/.test(`${source.html} ${source.text}`);
}
