import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, ListPlus, Users } from "lucide-react";
import { useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { type CustomerList, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { useMay } from "../../../app/session.ts";
import { count } from "../../../format/numbers.ts";
import { Time } from "../../../format/time.tsx";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Menu } from "../../../ui/menu.tsx";
import { Page, Row } from "../../../ui/page.tsx";
import { RowLink } from "../../../ui/row-link.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { CustomersNav } from "../customers-nav.tsx";
import { DeleteListDialog } from "./delete-list-dialog.tsx";
import styles from "./lists-page.module.css";
import { NameListDialog } from "./name-list-dialog.tsx";

type Open = { kind: "rename" | "delete"; list: CustomerList } | { kind: "new" };

const pageRows = 200;

/** The agency's customer lists: what a blast may be for. */
export function ListsPage() {
  const may = useMay(Role.SENDER);
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    CustomerService.method.listCustomerLists,
    { page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
    },
  );
  const lists = data?.pages.flatMap((page) => page.lists);
  const create = (
    <Button look="primary" icon={<ListPlus size={16} />} onClick={() => setOpen({ kind: "new" })}>
      New list
    </Button>
  );
  const close = () => setOpen(undefined);
  return (
    <Page
      title="Customer lists"
      lead="Groups of customers that a blast may be for."
      actions={may ? create : undefined}
    >
      <CustomersNav />
      <Card flush>
        {error !== null ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : lists === undefined ? (
          <Loading lines={6} label="Loading the lists" />
        ) : lists.length === 0 ? (
          <EmptyState icon={<Users size={22} />} title="No lists yet" action={may ? create : undefined}>
            A list gathers customers for a blast. An import can make one as well.
          </EmptyState>
        ) : (
          <Table
            caption="Customer lists"
            columns={
              may
                ? [
                    ...columns,
                    actionsColumn(
                      setOpen,
                      (list) => void navigate({ to: "/send", search: { list: list.id } }),
                    ),
                  ]
                : columns
            }
            rows={lists}
            keyOf={(list) => list.id}
          />
        )}
      </Card>
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </Row>
      ) : null}
      {open?.kind === "new" ? <NameListDialog onClose={close} /> : null}
      {open?.kind === "rename" ? <NameListDialog list={open.list} onClose={close} /> : null}
      {open?.kind === "delete" ? <DeleteListDialog list={open.list} onClose={close} /> : null}
    </Page>
  );
}

const columns: readonly Column<CustomerList>[] = [
  {
    name: "List",
    grow: true,
    cell: (list) => (
      <RowLink to="/customers" search={{ list: list.id }}>
        {list.name}
      </RowLink>
    ),
  },
  { name: "Customers", numeric: true, cell: (list) => count(list.size) },
  { name: "Created", wide: true, cell: (list) => <Time at={list.createdAt} style="day" /> },
];

function actionsColumn(open: (what: Open) => void, send: (list: CustomerList) => void): Column<CustomerList> {
  return {
    name: "Actions",
    cell: (list) => (
      <div className={styles.menu}>
        <Menu
          label={`Actions for ${list.name}`}
          className={buttonClass("quiet")}
          items={[
            { label: "Send a blast to it", onSelect: () => send(list) },
            { label: "Rename…", onSelect: () => open({ kind: "rename", list }) },
            { label: "Delete…", danger: true, onSelect: () => open({ kind: "delete", list }) },
          ]}
        >
          <Ellipsis size={16} aria-hidden="true" />
        </Menu>
      </div>
    ),
  };
}
