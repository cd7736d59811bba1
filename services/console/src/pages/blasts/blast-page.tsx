import { Link, Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Radio, WifiOff } from "lucide-react";
import { type Blast, BlastState } from "#gen/fanfare/api/v1/blast_pb.js";
import { Badge } from "../../ui/badge.tsx";
import { Page, Row } from "../../ui/page.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ErrorState, Loading } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { BlastActions } from "./blast-actions.tsx";
import { BlastStateBadge } from "./blast-state-badge.tsx";
import { Countdown } from "./countdown.tsx";
import { DeliveriesTab } from "./deliveries-tab.tsx";
import { EngagementTab } from "./engagement-tab.tsx";
import { laneWords } from "./lanes.ts";
import { OverviewTab } from "./overview-tab.tsx";
import { reasonWords } from "./reasons.ts";
import type { BlastTab } from "./search.ts";
import { useLiveBlast } from "./use-live-blast.ts";
import { useThroughput } from "./use-throughput.ts";

/** One blast: how it stands this second, each of its deliveries, and what became of the mails. */
export function BlastPage() {
  const { blastId } = useParams({ from: "/shell/blasts/$blastId" });
  const { blast, error, broken, live, refetch } = useLiveBlast(blastId);
  const above = <Link to="/blasts">Blasts</Link>;
  if (error !== undefined && error !== null)
    return (
      <Page title="Blast" above={above}>
        <ErrorState error={error} retry={refetch} />
      </Page>
    );
  if (blast === undefined)
    return (
      <Page title="Blast" above={above}>
        <Loading lines={8} label="Loading the blast" />
      </Page>
    );
  return (
    <Page
      title={blast.name}
      above={above}
      lead={<Headline blast={blast} live={live} />}
      actions={<BlastActions blast={blast} onChange={refetch} />}
    >
      <Countdown blast={blast} onChange={refetch} />
      {broken ? (
        <Notice tone="warn" icon={<WifiOff size={18} />}>
          The live picture broke off; it comes back by itself. The figures below may be some seconds old.
        </Notice>
      ) : null}
      {blast.state === BlastState.REFUSED ? (
        <Notice tone="bad">
          <strong>{reasonWords(blast.refusalReason).label}.</strong>{" "}
          {reasonWords(blast.refusalReason).meaning}
        </Notice>
      ) : null}
      <BlastTabs blast={blast} live={live} />
      <Outlet />
    </Page>
  );
}

function Headline({ blast, live }: { blast: Blast; live: boolean }) {
  return (
    <Row gap={3}>
      <BlastStateBadge state={blast.state} />
      <span>{laneWords[blast.lane].label} lane</span>
      {blast.direct ? <Badge>Direct send</Badge> : null}
      {live ? (
        <Badge tone="good">
          <Radio size={12} aria-hidden="true" /> Live
        </Badge>
      ) : null}
      <StateAloud state={blast.state} />
    </Row>
  );
}

/** Says a change of the state to those who do not see it; the figures change too often to be said. */
function StateAloud({ state }: { state: BlastState }) {
  const words: Partial<Record<BlastState, string>> = {
    [BlastState.PAUSED]: "The blast is paused.",
    [BlastState.COMPLETED]: "The blast is completed.",
    [BlastState.CANCELLED]: "The blast was cancelled.",
    [BlastState.REFUSED]: "The blast was refused.",
    [BlastState.SENDING]: "The blast is being sent.",
  };
  return (
    <span className="visually-hidden" role="status">
      {words[state] ?? ""}
    </span>
  );
}

function BlastTabs({ blast, live }: { blast: Blast; live: boolean }) {
  const { tab = "overview" } = useSearch({ from: "/shell/blasts/$blastId" });
  const navigate = useNavigate({ from: "/blasts/$blastId" });
  // Counted here, so that the plot has no gap for having looked at another tab.
  const rates = useThroughput(blast);
  const choose = (next: BlastTab) =>
    void navigate({ to: "/blasts/$blastId", search: next === "overview" ? {} : { tab: next } });
  return (
    <Tabs<BlastTab>
      label="About this blast"
      value={tab}
      onChange={choose}
      tabs={[
        { key: "overview", label: "Overview" },
        { key: "deliveries", label: "Deliveries", count: blast.balanceSheet?.audience ?? 0 },
        { key: "engagement", label: "Engagement" },
      ]}
    >
      {tab === "overview" ? <OverviewTab blast={blast} rates={rates} /> : null}
      {tab === "deliveries" ? <DeliveriesTab blast={blast} live={live} /> : null}
      {tab === "engagement" ? <EngagementTab blast={blast} /> : null}
    </Tabs>
  );
}
