import { useNavigate, useSearch } from "@tanstack/react-router";
import { Upload, UserPlus, Users } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import type { Customer } from "#gen/fanfare/api/v1/customer_pb.js";
import { useMay } from "../../app/session.ts";
import { count } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { SelectField } from "../../ui/field.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Page, Row } from "../../ui/page.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { EmptyState, ErrorState, Loading } from "../../ui/states.tsx";
import { VirtualTable } from "../../ui/virtual-table.tsx";
import { BulkBar } from "./bulk/bulk-bar.tsx";
import { customerColumns, selectColumn } from "./customer-columns.tsx";
import { CustomersNav } from "./customers-nav.tsx";
import styles from "./customers-page.module.css";
import { NewCustomerDialog } from "./new-customer-dialog.tsx";
import type { CustomersSearch } from "./search.ts";
import { useCustomers, useLists } from "./use-customers.ts";
import { type Selection, useSelection } from "./use-selection.ts";

/** All customers of the agency: found by address, name or list, and edited many at a time. */
export function CustomersPage() {
  const maySend = useMay(Role.SENDER);
  const search = useSearch({ from: "/shell/customers" });
  const selection = useSelection();
  const [adding, setAdding] = useState(false);
  const { clear } = selection;
  // What is chosen is what was seen.
  useEffect(clear, [clear, search.search, search.list]);
  return (
    <Page
      title="Customers"
      lead="The people that this agency writes to."
      actions={
        maySend ? (
          <>
            <LinkButton to="/customers/import">
              <Upload size={16} aria-hidden="true" /> Import CSV
            </LinkButton>
            <Button look="primary" icon={<UserPlus size={16} />} onClick={() => setAdding(true)}>
              New customer
            </Button>
          </>
        ) : undefined
      }
    >
      <CustomersNav />
      <Card flush>
        <Filters search={search} />
        {maySend ? <BulkBar selection={selection} listId={search.list} /> : null}
        <Found search={search} selection={selection} maySend={maySend} onAdd={() => setAdding(true)} />
      </Card>
      <NewCustomerDialog open={adding} onClose={() => setAdding(false)} listId={search.list} />
    </Page>
  );
}

function Filters({ search }: { search: CustomersSearch }) {
  const navigate = useNavigate({ from: "/customers" });
  const { data } = useLists();
  const go = useCallback(
    (change: { search?: string; list?: string }) => {
      const next = { ...search, ...change };
      void navigate({
        to: "/customers",
        search: {
          ...(next.search ? { search: next.search } : {}),
          ...(next.list ? { list: next.list } : {}),
        },
        replace: true,
      });
    },
    [navigate, search],
  );
  const find = useCallback((text: string) => go({ search: text }), [go]);
  return (
    <search className={styles.filters}>
      <SearchField
        label="Find customers by address or name"
        placeholder="Address or name…"
        value={search.search ?? ""}
        onChange={find}
      />
      <SelectField
        label="List"
        hideLabel
        value={search.list ?? ""}
        onChange={(event) => go({ list: event.target.value })}
      >
        <option value="">Every list</option>
        {data?.lists.map((list) => (
          <option key={list.id} value={list.id}>
            {list.name} ({count(list.size)})
          </option>
        ))}
      </SelectField>
    </search>
  );
}

function Found({
  search,
  selection,
  maySend,
  onAdd,
}: {
  search: CustomersSearch;
  selection: Selection;
  maySend: boolean;
  onAdd: () => void;
}) {
  const navigate = useNavigate();
  const { rows, error, more, readMore, refetch } = useCustomers(search);
  const columns = useMemo(
    () => (maySend ? [selectColumn(selection), ...customerColumns] : customerColumns),
    [maySend, selection],
  );
  const open = (customer: Customer) =>
    void navigate({ to: "/customers/$customerId", params: { customerId: customer.id } });
  if (error !== null) return <ErrorState error={error} retry={refetch} />;
  if (rows === undefined) return <Loading lines={10} label="Loading the customers" />;
  if (rows.length === 0 && more)
    return (
      <>
        <Loading lines={10} label="Looking for customers" />
        <ReadOn key={rows.length} readMore={readMore} />
      </>
    );
  if (rows.length === 0) return <Nobody search={search} maySend={maySend} onAdd={onAdd} />;
  return (
    <>
      <VirtualTable
        caption="Customers"
        columns={columns}
        rows={rows}
        {...(more ? {} : { total: rows.length })}
        keyOf={(customer) => customer.id}
        onOpen={open}
        more={more}
        onMore={readMore}
      />
      <div className={styles.foot}>
        <span className="muted" role="status">
          {count(rows.length)}{" "}
          {more ? "read so far; scroll for more" : rows.length === 1 ? "customer" : "customers"}
        </span>
        {maySend ? (
          <Button look="quiet" onClick={() => selection.selectAll(rows)}>
            Select all {count(rows.length)} read
          </Button>
        ) : null}
      </div>
    </>
  );
}

/** A page without a hit may have a next one: it is asked for until something is found. */
function ReadOn({ readMore }: { readMore: () => void }) {
  useEffect(readMore, [readMore]);
  return null;
}

function Nobody({
  search,
  maySend,
  onAdd,
}: {
  search: CustomersSearch;
  maySend: boolean;
  onAdd: () => void;
}) {
  if (search.search !== undefined || search.list !== undefined)
    return (
      <EmptyState
        title={search.search === undefined ? "Nobody is on this list" : "Nobody fits"}
        action={<LinkButton to="/customers">Show all customers</LinkButton>}
      >
        {search.search === undefined
          ? "Select customers and add them to it, or import a file onto it."
          : "No customer's address or name contains these words."}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<Users size={22} />}
      title="No customers yet"
      action={
        maySend ? (
          <Row>
            <LinkButton to="/customers/import" look="primary">
              Import a CSV file
            </LinkButton>
            <Button onClick={onAdd}>Add one by hand</Button>
          </Row>
        ) : undefined
      }
    >
      {maySend
        ? "Bring them from the system you have: any CSV with a column of e-mail addresses will do."
        : "Somebody with the role sender can import them."}
    </EmptyState>
  );
}
