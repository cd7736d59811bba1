import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import type { Blast, Delivery, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { count } from "../../format/numbers.ts";
import { Time } from "../../format/time.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { SelectField } from "../../ui/field.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { EmptyState, ErrorState, Loading } from "../../ui/states.tsx";
import { type VirtualColumn, VirtualTable } from "../../ui/virtual-table.tsx";
import { deliveryStates, stateOfKey } from "./delivery-states.ts";
import styles from "./deliveries-tab.module.css";
import { reasonWords } from "./reasons.ts";
import type { BlastSearch } from "./search.ts";
import { useDeliveries } from "./use-deliveries.ts";

const columns: readonly VirtualColumn<Delivery>[] = [
  { name: "No.", width: "76px", numeric: true, wide: true, cell: (row) => count(row.sequence) },
  {
    name: "Customer",
    width: "minmax(150px, 2fr)",
    cell: (row) => row.email || <span className="muted">Deleted customer</span>,
  },
  { name: "State", width: "104px", cell: (row) => <StateBadge state={row.state} /> },
  { name: "Why", width: "minmax(130px, 1.4fr)", wide: true, cell: (row) => <Reason code={row.reason} /> },
  { name: "Tries", width: "60px", numeric: true, wide: true, cell: (row) => row.attempt },
  { name: "Changed", width: "168px", wide: true, cell: (row) => <Time at={row.changedAt} /> },
];

/** Each customer of the blast: found by state, reason or address, and one click from the explanation. */
export function DeliveriesTab({ blast, live }: { blast: Blast; live: boolean }) {
  const search = useSearch({ from: "/shell/blasts/$blastId" });
  const navigate = useNavigate({ from: "/blasts/$blastId" });
  const state = stateOfKey(search.state);
  const found = useDeliveries(
    {
      blastId: blast.id,
      ...(state === undefined ? {} : { state }),
      ...(search.reason === undefined ? {} : { reason: search.reason }),
      ...(search.search === undefined ? {} : { search: search.search }),
    },
    live,
  );
  const narrow = useCallback(
    (change: BlastSearch) =>
      void navigate({
        to: "/blasts/$blastId",
        search: cleaned({ ...search, ...change, tab: "deliveries" }),
        replace: true,
      }),
    [navigate, search],
  );
  const open = (row: Delivery) =>
    void navigate({
      to: "/blasts/$blastId/deliveries/$sequence",
      params: { blastId: blast.id, sequence: String(row.sequence) },
      search,
      resetScroll: false,
    });
  return (
    <Card flush>
      <Filters blast={blast} search={search} narrow={narrow} />
      {found.error !== null ? (
        <ErrorState error={found.error} retry={found.refetch} />
      ) : found.rows === undefined || (found.rows.length === 0 && found.more) ? (
        <>
          <Loading lines={10} label="Loading the deliveries" />
          {found.rows === undefined ? null : <ReadOn readMore={found.readMore} />}
        </>
      ) : found.rows.length === 0 ? (
        <EmptyState
          title={filtered(search) ? "Nobody fits" : "No deliveries yet"}
          action={
            filtered(search) ? (
              <Button onClick={() => narrow({ state: "", reason: "", search: "" })}>Show all</Button>
            ) : undefined
          }
        >
          {filtered(search)
            ? "No delivery of this blast fits the filters. Addresses are found by their beginning."
            : "They appear as soon as the audience is frozen."}
        </EmptyState>
      ) : (
        <VirtualTable
          caption={`Deliveries of ${blast.name}`}
          columns={columns}
          rows={found.rows}
          {...(found.more ? {} : { total: found.rows.length })}
          keyOf={(row) => row.sequence}
          onOpen={open}
          more={found.more}
          onMore={found.readMore}
        />
      )}
    </Card>
  );
}

function Filters({
  blast,
  search,
  narrow,
}: {
  blast: Blast;
  search: BlastSearch;
  narrow: (change: BlastSearch) => void;
}) {
  const find = useCallback((text: string) => narrow({ search: text }), [narrow]);
  const reasons = Object.entries(blast.balanceSheet?.reasons ?? {}).filter(([, found]) => found > 0);
  const known = search.reason === undefined || reasons.some(([code]) => code === search.reason);
  return (
    <search className={styles.filters}>
      <SearchField
        label="Find a customer by the beginning of the address"
        placeholder="Address begins with…"
        value={search.search ?? ""}
        onChange={find}
      />
      <SelectField
        label="State"
        hideLabel
        value={search.state ?? ""}
        onChange={(event) => narrow({ state: event.target.value })}
      >
        <option value="">Every state</option>
        {Object.values(deliveryStates)
          .filter(({ key }) => key !== "")
          .map(({ key, word }) => (
            <option key={key} value={key}>
              {word}
            </option>
          ))}
      </SelectField>
      <SelectField
        label="Reason"
        hideLabel
        value={search.reason ?? ""}
        onChange={(event) => narrow({ reason: event.target.value })}
      >
        <option value="">Every reason</option>
        {reasons.map(([code, found]) => (
          <option key={code} value={code}>
            {reasonWords(code).label} ({count(found)})
          </option>
        ))}
        {known ? null : <option value={search.reason}>{reasonWords(search.reason ?? "").label}</option>}
      </SelectField>
    </search>
  );
}

/** A page without a hit may have a next one: it is asked for until something is found. */
function ReadOn({ readMore }: { readMore: () => void }) {
  useEffect(readMore, [readMore]);
  return null;
}

function StateBadge({ state }: { state: DeliveryState }) {
  const { word, tone } = deliveryStates[state];
  return <Badge tone={tone}>{word}</Badge>;
}

function Reason({ code }: { code: string }) {
  if (code === "") return null;
  const { label, meaning } = reasonWords(code);
  return <span title={meaning}>{label}</span>;
}

const filtered = ({ state, reason, search }: BlastSearch): boolean =>
  state !== undefined || reason !== undefined || search !== undefined;

/** An address says nothing of what is not chosen. */
function cleaned(search: BlastSearch): BlastSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== "")) as BlastSearch;
}
