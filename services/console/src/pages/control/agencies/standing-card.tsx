import type { Transport } from "@connectrpc/connect";
import { useMutation } from "@connectrpc/connect-query";
import { useState } from "react";
import { type Agency, AgencyService, Standing } from "#gen/fanfare/api/v1/agency_pb.js";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Row, Stack } from "../../../ui/page.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { toast, toastError } from "../../../ui/toast.tsx";

/** Whether anything of the agency leaves: suspended by operators, or paused by operators or its admin. */
export function StandingCard({
  agency,
  transport,
  onChange,
}: {
  agency: Agency;
  transport: Transport;
  onChange: () => void;
}) {
  const [asking, setAsking] = useState<"suspend" | "pause">();
  const done = (text: string) => ({
    transport,
    onError: toastError,
    onSuccess: () => {
      toast(text);
      setAsking(undefined);
      onChange();
    },
  });
  const standing = useMutation(AgencyService.method.setAgencyStanding, done("The standing was changed."));
  const pause = useMutation(AgencyService.method.pauseAgency, done("Paused: nothing of it leaves."));
  const resume = useMutation(
    AgencyService.method.resumeAgency,
    done("Resumed: it goes on where it stopped."),
  );
  const suspended = agency.standing === Standing.SUSPENDED;
  return (
    <Card title="Standing">
      <Stack gap={4}>
        <p>{sentenceOf(agency)}</p>
        <Row>
          {agency.paused ? (
            <Button look="primary" busy={resume.isPending} onClick={() => resume.mutate({})}>
              Resume
            </Button>
          ) : (
            <Button onClick={() => setAsking("pause")}>Pause…</Button>
          )}
          {suspended ? (
            <Button
              busy={standing.isPending}
              onClick={() => standing.mutate({ standing: Standing.GOOD, reason: "" })}
            >
              Back to good standing
            </Button>
          ) : (
            <Button look="danger" onClick={() => setAsking("suspend")}>
              Suspend…
            </Button>
          )}
        </Row>
      </Stack>
      {asking === "pause" ? (
        <Dialog
          open
          onClose={() => setAsking(undefined)}
          title="Pause this agency?"
          lead="From the answer on nothing of it leaves, in no lane. Blasts wait where they are, and go on when it is resumed."
          actions={
            <>
              <Button onClick={() => setAsking(undefined)}>Leave it</Button>
              <Button look="danger" busy={pause.isPending} onClick={() => pause.mutate({})}>
                Pause
              </Button>
            </>
          }
        />
      ) : null}
      {asking === "suspend" ? (
        <SuspendDialog
          busy={standing.isPending}
          error={standing.error}
          onClose={() => setAsking(undefined)}
          onSuspend={(reason) => standing.mutate({ standing: Standing.SUSPENDED, reason })}
        />
      ) : null}
    </Card>
  );
}

function sentenceOf({ standing, paused }: Agency): string {
  const suspended =
    standing === Standing.SUSPENDED ? "It is suspended: nothing leaves, and new blasts are refused." : "";
  const stopped = paused ? "It is paused: blasts wait until it is resumed." : "";
  return `${suspended} ${stopped}`.trim() || "It is in good standing, and its mail leaves.";
}

function SuspendDialog({
  busy,
  error,
  onClose,
  onSuspend,
}: {
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSuspend: (reason: string) => void;
}) {
  const [reason, setReason] = useState("");
  return (
    <Dialog
      open
      onClose={onClose}
      title="Suspend this agency?"
      lead="From the answer on nothing of it leaves, and its blasts are refused when they start. Its people can still sign in and read."
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="danger" busy={busy} onClick={() => onSuspend(reason)}>
            Suspend
          </Button>
        </>
      }
    >
      <Stack gap={3}>
        <ErrorNote error={error} />
        <TextField
          label="Reason"
          hint="Kept with the standing, for other operators."
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Stack>
    </Dialog>
  );
}
