import { useQuery } from "@connectrpc/connect-query";
import { Link, useParams } from "@tanstack/react-router";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { useMay } from "../../app/session.ts";
import { Card } from "../../ui/card.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../ui/states.tsx";
import { starter } from "./draft.ts";
import { TemplateEditor } from "./template-editor.tsx";

/** A template that is not saved yet. */
export function NewTemplatePage() {
  const may = useMay(Role.SENDER);
  if (may) return <TemplateEditor key="new" template={undefined} saved={{ draft: starter, version: 0 }} />;
  return (
    <Page title="New template" above={<Link to="/templates">Templates</Link>}>
      <Card>
        <EmptyState title="You may not write templates">
          That needs the role sender; an admin of the agency can give it to you.
        </EmptyState>
      </Card>
    </Page>
  );
}

/** A template with its versions. */
export function TemplatePage() {
  const { templateId } = useParams({ from: "/shell/templates/$templateId" });
  const { data, error, refetch } = useQuery(
    TemplateService.method.getTemplate,
    { templateId },
    // A newer version of somebody else must not replace what is being written here.
    { refetchOnWindowFocus: false },
  );
  const template = data?.template;
  if (template?.source !== undefined) {
    const { subject, html, text } = template.source;
    const saved = { draft: { name: template.name, subject, html, text }, version: template.version };
    return <TemplateEditor key={template.id} template={template} saved={saved} />;
  }
  return (
    <Page title="Template" above={<Link to="/templates">Templates</Link>}>
      {error === null ? (
        <Loading lines={10} label="Loading the template" />
      ) : (
        <ErrorState error={error} retry={() => void refetch()} />
      )}
    </Page>
  );
}
