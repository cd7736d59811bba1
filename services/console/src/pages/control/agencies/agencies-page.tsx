import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Building2, Plus } from "lucide-react";
import { type Agency, AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { Time } from "../../../format/time.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Page, Row } from "../../../ui/page.tsx";
import { RowLink } from "../../../ui/row-link.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import cells from "../cells.module.css";
import { OperatorsOnly } from "../operators-only.tsx";
import type { AgenciesSearch } from "../search.ts";
import { CreateAgencyDialog } from "./create-agency-dialog.tsx";
import { StandingBadge } from "./standing-badge.tsx";

const title = "Agencies";
// The search looks through what was read, so a page is as large as the API's.
const pageRows = 1_000;

const columns: readonly Column<Agency>[] = [
  {
    name: "Agency",
    grow: true,
    cell: ({ id, settings }) => (
      <RowLink to="/control/agencies/$agencyId" params={{ agencyId: id }}>
        {settings?.name}
      </RowLink>
    ),
  },
  {
    name: "Sending domain",
    wide: true,
    cell: ({ settings }) => <span className={cells.line}>{settings?.sendingDomain}</span>,
  },
  { name: "Standing", cell: (agency) => <StandingBadge agency={agency} /> },
  { name: "Time zone", wide: true, cell: ({ settings }) => settings?.timeZone },
  { name: "Created", wide: true, cell: ({ createdAt }) => <Time at={createdAt} style="day" /> },
];

/** Every agency of the platform, and the way to a new one. */
export function AgenciesPage() {
  return (
    <OperatorsOnly title={title}>
      <Agencies />
    </OperatorsOnly>
  );
}

function Agencies() {
  const search = useSearch({ from: "/shell/control/agencies" });
  const navigate = useNavigate();
  const go = (next: AgenciesSearch) =>
    void navigate({ to: "/control/agencies", search: next, replace: true });
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    AgencyService.method.listAgencies,
    { page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
    },
  );
  const all = data?.pages.flatMap(({ agencies }) => agencies);
  const fitting = all?.filter((agency) => fits(agency, search.search ?? ""));
  return (
    <Page
      title={title}
      lead="Who sends by this platform, in which standing, and with which part of it."
      actions={
        <Button look="primary" icon={<Plus size={16} />} onClick={() => go({ ...search, create: true })}>
          New agency
        </Button>
      }
    >
      <SearchField
        label="Search by name, domain or id"
        value={search.search ?? ""}
        onChange={(text) => go(text === "" ? {} : { search: text })}
      />
      <Card flush>
        {error !== null && all === undefined ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : fitting === undefined ? (
          <Loading lines={6} label="Loading the agencies" />
        ) : fitting.length === 0 ? (
          <EmptyState
            icon={<Building2 size={22} />}
            title={all?.length === 0 ? "No agencies yet" : "No agency fits"}
          >
            {all?.length === 0
              ? "The first agency gets an admin, who invites everybody else."
              : "Search for a part of the name, of the domain, or for the whole id."}
          </EmptyState>
        ) : (
          <Table caption="Agencies" columns={columns} rows={fitting} keyOf={({ id }) => id} />
        )}
      </Card>
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </Row>
      ) : null}
      {search.create === true ? (
        <CreateAgencyDialog
          onClose={() => go(search.search === undefined ? {} : { search: search.search })}
          onChange={() => void refetch()}
        />
      ) : null}
    </Page>
  );
}

function fits({ id, settings }: Agency, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === "" || id === wanted) return true;
  return `${settings?.name} ${settings?.sendingDomain}`.toLowerCase().includes(wanted);
}
