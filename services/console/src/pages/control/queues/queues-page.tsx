import { CirclePause, Gauge, Play } from "lucide-react";
import { useState } from "react";
import type { Queue } from "#gen/fanfare/api/v1/queue_pb.js";
import { count, duration } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Card, Figure, Figures } from "../../../ui/card.tsx";
import { Page } from "../../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { Table } from "../../../ui/table.tsx";
import { OperatorsOnly } from "../operators-only.tsx";
import { AgencyShares } from "./agency-shares.tsx";
import { laneColumns } from "./lane-columns.tsx";
import { LimitDialog } from "./limit-dialog.tsx";
import { PauseDialog, type Pausing } from "./pause-dialog.tsx";
import { queueWords } from "./queue-words.ts";
import { ageSeconds } from "./queue-words.ts";
import { useQueueHistory, type LaneHistory } from "./use-queue-history.ts";

const title = "Queues";

/** Every lane of every queue as it stands this second, and the hands on it. */
export function QueuesPage() {
  return (
    <OperatorsOnly title={title}>
      <Queues />
    </OperatorsOnly>
  );
}

function Queues() {
  const { queues, error, refetch, historyOf } = useQueueHistory();
  const [limiting, setLimiting] = useState<Queue>();
  const [pausing, setPausing] = useState<Pausing>();
  const names = [...new Set(queues?.map(({ name }) => name))];
  const lead = "What waits, what is being worked on, and how fast it goes; looked at every two seconds.";
  if (queues === undefined)
    return (
      <Page title={title} lead={lead}>
        <Card>
          {error === null ? (
            <Loading lines={8} label="Loading the queues" />
          ) : (
            <ErrorState error={error} retry={refetch} />
          )}
        </Card>
      </Page>
    );
  return (
    <Page title={title} lead={lead}>
      {error === null ? null : <ErrorState error={error} retry={refetch} />}
      {queues.length === 0 ? (
        <EmptyState icon={<Gauge size={22} />} title="The broker has no queues">
          They are made when the first service starts.
        </EmptyState>
      ) : (
        <Totals queues={queues} historyOf={historyOf} />
      )}
      {names.map((name) => {
        const lanes = queues.filter((queue) => queue.name === name);
        return (
          <Card
            key={name}
            flush
            title={queueWords(name).label}
            actions={<WholeQueue name={name} lanes={lanes} onChoose={setPausing} />}
          >
            <Table
              caption={`Lanes of ${queueWords(name).label}`}
              columns={laneColumns({ historyOf, onLimit: setLimiting, onPause: setPausing })}
              rows={lanes}
              keyOf={(lane) => lane.durable}
            />
          </Card>
        );
      })}
      <AgencyShares queues={queues} />
      {limiting === undefined ? null : (
        <LimitDialog queue={limiting} onClose={() => setLimiting(undefined)} onChange={refetch} />
      )}
      {pausing === undefined ? null : (
        <PauseDialog pausing={pausing} onClose={() => setPausing(undefined)} onChange={refetch} />
      )}
    </Page>
  );
}

function Totals({
  queues,
  historyOf,
}: {
  queues: readonly Queue[];
  historyOf: (queue: Queue) => LaneHistory;
}) {
  const sum = (read: (queue: Queue) => number) => queues.reduce((total, queue) => total + read(queue), 0);
  const paused = queues.filter((queue) => queue.paused).length;
  const oldest = Math.max(0, ...queues.map((queue) => ageSeconds(queue) ?? 0));
  return (
    <Card>
      <Figures>
        <Figure label="Waiting" value={count(sum(({ pending }) => Number(pending)))} />
        <Figure label="In flight" value={count(sum(({ inFlight }) => Number(inFlight)))} />
        <Figure
          label="Handed out a second"
          value={count(Math.round(sum((queue) => historyOf(queue).at(-1)?.rate ?? 0)))}
        />
        <Figure label="Oldest message" value={oldest === 0 ? "–" : duration(oldest)} />
        <Figure
          label="Paused"
          value={count(paused)}
          hint={paused === 0 ? "Everything flows." : "of the lanes below"}
        />
      </Figures>
    </Card>
  );
}

function WholeQueue({
  name,
  lanes,
  onChoose,
}: {
  name: string;
  lanes: readonly Queue[];
  onChoose: (pausing: Pausing) => void;
}) {
  // A single lane has its own button in its row.
  if (lanes.length < 2) return null;
  const anyPaused = lanes.some(({ paused }) => paused);
  const anyRuns = lanes.some(({ paused }) => !paused);
  return (
    <>
      {anyPaused ? (
        <Button
          look="quiet"
          icon={<Play size={16} />}
          onClick={() => onChoose({ what: "resume", queue: name })}
        >
          Resume all lanes
        </Button>
      ) : null}
      {anyRuns ? (
        <Button
          look="quiet"
          icon={<CirclePause size={16} />}
          onClick={() => onChoose({ what: "pause", queue: name })}
        >
          Pause all lanes
        </Button>
      ) : null}
    </>
  );
}
