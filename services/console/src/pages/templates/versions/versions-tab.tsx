import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import {
  type Template,
  TemplateService,
  type TemplateSource,
  type TemplateVersion,
} from "#gen/fanfare/api/v1/template_pb.js";
import { Time } from "../../../format/time.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { SelectField } from "../../../ui/field.tsx";
import { Row, Stack } from "../../../ui/page.tsx";
import { ErrorState, Loading } from "../../../ui/states.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { DiffView } from "./diff-view.tsx";
import styles from "./diff-view.module.css";

const pageRows = 50;
// A version never changes.
const versionFreshMs = Number.POSITIVE_INFINITY;

/** Every version of a template, what changed between any two, and the way back to an older one. */
export function VersionsTab({
  template,
  onRestore,
}: {
  template: Template;
  /** Takes an old version's words into the editor; absent for those who may not edit. */
  onRestore: ((source: TemplateSource, version: number) => void) | undefined;
}) {
  const { from, to } = useSearch({ from: "/shell/templates/$templateId" });
  const navigate = useNavigate({ from: "/templates/$templateId" });
  const newer = to ?? template.version;
  const older = from ?? Math.max(1, newer - 1);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    TemplateService.method.listTemplateVersions,
    { templateId: template.id, page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
    },
  );
  const versions = data?.pages.flatMap((page) => page.versions);
  const compare = (next: { from: number; to: number }) =>
    void navigate({
      to: "/templates/$templateId",
      params: { templateId: template.id },
      search: { tab: "versions", ...next },
      replace: true,
      resetScroll: false,
    });
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  if (versions === undefined) return <Loading lines={6} label="Loading the versions" />;
  const columns: readonly Column<TemplateVersion>[] = [
    {
      name: "Version",
      cell: ({ version }) => (
        <span className={styles.version}>
          <strong className="numeric">{version}</strong>
          {version === template.version ? <Badge tone="accent">Newest</Badge> : null}
        </span>
      ),
    },
    { name: "Subject", grow: true, wide: true, cell: ({ subject }) => subject },
    { name: "Saved", cell: ({ savedAt }) => <Time at={savedAt} /> },
    {
      name: "Compare",
      cell: ({ version }) =>
        version > 1 ? (
          <Button
            look="quiet"
            aria-label={`What changed in version ${version}`}
            onClick={() => compare({ from: version - 1, to: version })}
          >
            What changed
          </Button>
        ) : null,
    },
  ];
  return (
    <Stack gap={5}>
      <Card title="Versions" flush>
        <Table
          caption="Versions, the newest first"
          columns={columns}
          rows={versions}
          keyOf={({ version }) => String(version)}
        />
      </Card>
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older ones
          </Button>
        </Row>
      ) : null}
      {template.version > 1 ? (
        <Comparison
          template={template}
          versions={versions.map(({ version }) => version)}
          older={older}
          newer={newer}
          onCompare={compare}
          onRestore={onRestore}
        />
      ) : null}
    </Stack>
  );
}

function Comparison({
  template,
  versions,
  older,
  newer,
  onCompare,
  onRestore,
}: {
  template: Template;
  versions: readonly number[];
  older: number;
  newer: number;
  onCompare: (next: { from: number; to: number }) => void;
  onRestore: ((source: TemplateSource, version: number) => void) | undefined;
}) {
  const before = useVersion(template.id, older);
  const after = useVersion(template.id, newer);
  const error = before.error ?? after.error;
  const [a, b] = [before.data?.template?.source, after.data?.template?.source];
  const options = [...new Set([...versions, older, newer])].toSorted((x, y) => y - x);
  const choose = (label: string, value: number, onChange: (version: number) => void) => (
    <SelectField label={label} value={value} onChange={(event) => onChange(Number(event.target.value))}>
      {options.map((version) => (
        <option key={version} value={version}>
          Version {version}
        </option>
      ))}
    </SelectField>
  );
  return (
    <Card title="What changed">
      <Stack gap={4}>
        <Row gap={4} between>
          <Row gap={3}>
            {choose("From", older, (version) => onCompare({ from: version, to: newer }))}
            {choose("To", newer, (version) => onCompare({ from: older, to: version }))}
          </Row>
          {onRestore !== undefined && a !== undefined && older !== template.version ? (
            <Button onClick={() => onRestore(a, older)}>Edit from version {older}</Button>
          ) : null}
        </Row>
        {error !== null ? (
          <ErrorState error={error} />
        ) : a === undefined || b === undefined ? (
          <Loading lines={6} label="Loading the two versions" />
        ) : (
          <>
            <DiffView title="Subject" before={a.subject} after={b.subject} />
            <DiffView title="HTML" before={a.html} after={b.html} />
            <DiffView title="Text" before={a.text} after={b.text} />
          </>
        )}
      </Stack>
    </Card>
  );
}

function useVersion(templateId: string, version: number) {
  return useQuery(TemplateService.method.getTemplate, { templateId, version }, { staleTime: versionFreshMs });
}
