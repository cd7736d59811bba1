import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useMemo } from "react";
import type {
  Blast,
  BlastFacts,
  DomainFigures,
  GetBlastStatisticsResponse,
} from "#gen/fanfare/api/v1/blast_pb.js";
import { count, percent } from "../../format/numbers.ts";
import { Card, Figure, Figures } from "../../ui/card.tsx";
import { LineChart } from "../../ui/line-chart.tsx";
import { Split, Stack } from "../../ui/page.tsx";
import { ErrorState, Loading } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { useStatistics } from "./use-throughput.ts";

/** What became of the mails: reached, read, clicked; over time and by domain. */
export function EngagementTab({ blast }: { blast: Blast }) {
  const { data, error, refetch } = useStatistics(blast);
  if (data === undefined)
    return error === null ? (
      <Loading lines={8} label="Loading the figures" />
    ) : (
      <ErrorState error={error} retry={() => void refetch()} />
    );
  return (
    <Stack gap={5}>
      <Card title="After the mail provider took them">
        <FactFigures facts={data.facts} accepted={blast.balanceSheet?.accepted ?? 0} />
      </Card>
      <Split>
        <Card title="Opened and clicked">
          <Reading data={data} />
        </Card>
        <Card title="Reached the mailbox">
          <Reaching data={data} />
        </Card>
      </Split>
      <Card title="By domain" flush>
        <Domains data={data} />
      </Card>
    </Stack>
  );
}

function FactFigures({ facts, accepted }: { facts: BlastFacts | undefined; accepted: number }) {
  const figure = (label: string, value = 0) => (
    <Figure label={label} value={count(value)} hint={percent(value, accepted)} />
  );
  return (
    <Figures>
      {figure("Delivered", facts?.delivered)}
      {figure("Opened", facts?.opened)}
      {figure("Clicked", facts?.clicked)}
      {figure("Bounced", facts?.bounced)}
      {figure("Complained", facts?.complained)}
      {figure("Unsubscribed", facts?.unsubscribed)}
    </Figures>
  );
}

/** How wide a bucket is, in words. */
function width(seconds: number): string {
  if (seconds >= 3_600) return seconds === 3_600 ? "hour" : `${seconds / 3_600} hours`;
  if (seconds >= 60) return seconds === 60 ? "minute" : `${seconds / 60} minutes`;
  return seconds === 1 ? "second" : `${seconds} seconds`;
}

function Reading({ data }: { data: GetBlastStatisticsResponse }) {
  const hours = data.hours.filter((hour) => hour.start !== undefined);
  const chart = useMemo(
    () => ({
      zone: data.timeZone,
      stepSeconds: data.hourSeconds,
      ...filled(
        hours.map((hour) => ({
          start: timestampMs(hour.start!) / 1000,
          values: [hour.opened, hour.clicked],
        })),
        data.hourSeconds,
        2,
      ),
    }),
    [data],
  );
  if (hours.length === 0) return <p className="muted">Nobody has opened or clicked yet.</p>;
  return (
    <LineChart
      label={`First opens and first clicks by ${width(data.hourSeconds)}: ${count(data.facts?.opened ?? 0)} opened, ${count(data.facts?.clicked ?? 0)} clicked in all.`}
      data={{
        ...chart,
        lines: [
          {
            label: `Opened first, a ${width(data.hourSeconds)}`,
            tone: "accent",
            values: chart.columns[0]!,
            shape: "bars",
          },
          { label: "Clicked first", tone: "good", values: chart.columns[1]!, shape: "line" },
        ],
      }}
    />
  );
}

function Reaching({ data }: { data: GetBlastStatisticsResponse }) {
  const curve = data.curve.filter((bucket) => bucket.start !== undefined);
  const chart = useMemo(
    () => ({
      zone: data.timeZone,
      stepSeconds: data.bucketSeconds,
      ...filled(
        curve.map((bucket) => ({
          start: timestampMs(bucket.start!) / 1000,
          values: [bucket.accepted, bucket.delivered],
        })),
        data.bucketSeconds,
        2,
      ),
    }),
    [data],
  );
  if (curve.length === 0) return <p className="muted">Nothing was delivered yet.</p>;
  return (
    <LineChart
      label={`Accepted and delivered by ${width(data.bucketSeconds)}: ${count(data.facts?.delivered ?? 0)} delivered in all.`}
      data={{
        ...chart,
        lines: [
          {
            label: `Accepted, a ${width(data.bucketSeconds)}`,
            tone: "info",
            values: chart.columns[0]!,
            shape: "line",
          },
          { label: "Delivered", tone: "good", values: chart.columns[1]!, shape: "area" },
        ],
      }}
    />
  );
}

// The API gives at most 121 buckets with something in them; a few far apart must not become a million empty ones.
const maxFilled = 500;

/** Buckets in which nothing happened are left out by the API and are zero here. */
function filled(
  buckets: readonly { start: number; values: readonly number[] }[],
  stepSeconds: number,
  width: number,
): { times: number[]; columns: number[][] } {
  const times: number[] = [];
  const columns = Array.from({ length: width }, (): number[] => []);
  const add = (time: number, values: readonly number[]) => {
    times.push(time);
    for (const [at, column] of columns.entries()) column.push(values[at] ?? 0);
  };
  let next = buckets[0]?.start ?? 0;
  for (const { start, values } of buckets) {
    for (; next < start && times.length < maxFilled; next += stepSeconds) add(next, []);
    add(start, values);
    next = start + stepSeconds;
  }
  return { times, columns };
}

const domainColumns: readonly Column<DomainFigures>[] = [
  { name: "Domain", grow: true, cell: (row) => row.domain || <span className="muted">All others</span> },
  { name: "Customers", numeric: true, wide: true, cell: (row) => count(row.audience) },
  { name: "Accepted", numeric: true, cell: (row) => count(row.accepted) },
  { name: "Delivered", numeric: true, cell: (row) => <Share part={row.delivered} of={row.accepted} /> },
  {
    name: "Bounced",
    numeric: true,
    wide: true,
    cell: (row) => <Share part={row.bounced} of={row.accepted} />,
  },
  { name: "Opened", numeric: true, wide: true, cell: (row) => <Share part={row.opened} of={row.accepted} /> },
  {
    name: "Clicked",
    numeric: true,
    wide: true,
    cell: (row) => <Share part={row.clicked} of={row.accepted} />,
  },
];

function Share({ part, of }: { part: number; of: number }) {
  return (
    <>
      {count(part)} <span className="muted">{percent(part, of)}</span>
    </>
  );
}

function Domains({ data }: { data: GetBlastStatisticsResponse }) {
  const rows = [...data.domains, ...(data.otherDomains === undefined ? [] : [data.otherDomains])];
  if (rows.length === 0) return <p className="muted">No deliveries yet.</p>;
  return (
    <Table caption="Figures by domain" columns={domainColumns} rows={rows} keyOf={(row) => row.domain} />
  );
}
