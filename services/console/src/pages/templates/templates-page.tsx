import { useInfiniteQuery } from "@connectrpc/connect-query";
import { LayoutTemplate, Plus } from "lucide-react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { type Template, TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { useMay } from "../../app/session.ts";
import { Time } from "../../format/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Page, Row } from "../../ui/page.tsx";
import { RowLink } from "../../ui/row-link.tsx";
import { EmptyState, ErrorState, Loading } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";

const pageRows = 100;

const columns: readonly Column<Template>[] = [
  {
    name: "Template",
    grow: true,
    cell: ({ id, name }) => (
      <RowLink to="/templates/$templateId" params={{ templateId: id }}>
        {name}
      </RowLink>
    ),
  },
  { name: "Version", numeric: true, cell: ({ version }) => version },
  { name: "Changed", cell: ({ updatedAt }) => <Time at={updatedAt} /> },
  { name: "Created", wide: true, cell: ({ createdAt }) => <Time at={createdAt} style="day" /> },
];

/** The agency's templates, by name. */
export function TemplatesPage() {
  const may = useMay(Role.SENDER);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    TemplateService.method.listTemplates,
    { page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
    },
  );
  const templates = data?.pages.flatMap((page) => page.templates);
  const create = (
    <LinkButton to="/templates/new" look="primary">
      <Plus size={16} aria-hidden="true" /> New template
    </LinkButton>
  );
  return (
    <Page
      title="Templates"
      lead="Subject, HTML and text of the mails, filled in for each customer."
      actions={may ? create : undefined}
    >
      <Card flush>
        {error !== null ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : templates === undefined ? (
          <Loading lines={6} label="Loading the templates" />
        ) : templates.length === 0 ? (
          <EmptyState
            icon={<LayoutTemplate size={22} />}
            title="No templates yet"
            action={may ? create : undefined}
          >
            A template is a mail with gaps, such as the customer's first name. Every save keeps the version
            before.
          </EmptyState>
        ) : (
          <Table caption="Templates" columns={columns} rows={templates} keyOf={({ id }) => id} />
        )}
      </Card>
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </Row>
      ) : null}
    </Page>
  );
}
