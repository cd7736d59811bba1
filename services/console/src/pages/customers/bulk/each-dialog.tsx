import { useMutation } from "@connectrpc/connect-query";
import { useRef, useState } from "react";
import { type Customer, CustomerService, CustomerStatus } from "#gen/fanfare/api/v1/customer_pb.js";
import { problemOf } from "../../../connect/problem.ts";
import { count, plural } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Stack } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress.tsx";
import { toast } from "../../../ui/toast.tsx";
import { draftOf, fieldsOf } from "../customer-draft.ts";
import { type EachResult, runEach } from "../run-each.ts";
import { useCustomersChanged } from "../use-customers.ts";

const words = {
  inactive: {
    title: "Make inactive",
    lead: "They stay, with everything that is known of them, and are left out of every blast until they are made active again.",
    did: "made inactive",
  },
  opt_out: {
    title: "Opt out",
    lead: "From then on no mail to their addresses leaves, of no blast. Only they should be the ones to take it back.",
    did: "opted out",
  },
};

/** Does something with each of many customers, after a warning, with a bar that shows how far it is; it can be stopped. */
export function EachDialog({
  kind,
  customers,
  onClose,
  onDone,
}: {
  kind: keyof typeof words;
  customers: readonly Customer[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { title, lead, did } = words[kind];
  const [source, setSource] = useState("");
  const [finished, setFinished] = useState<number>();
  const [result, setResult] = useState<EachResult>();
  const stop = useRef<AbortController>(undefined);
  const update = useMutation(CustomerService.method.updateCustomer);
  const optOut = useMutation(CustomerService.method.optOut);
  const changed = useCustomersChanged();
  const one = (customer: Customer) =>
    kind === "inactive"
      ? update.mutateAsync({
          customerId: customer.id,
          customer: { ...fieldsOf(draftOf(customer)), status: CustomerStatus.INACTIVE },
        })
      : optOut.mutateAsync({ customerId: customer.id, source: source.trim() });
  const run = async () => {
    stop.current = new AbortController();
    setFinished(0);
    const made = await runEach(customers, one, { onProgress: setFinished, signal: stop.current.signal });
    setFinished(undefined);
    changed();
    if (made.failed > 0) {
      setResult(made);
      return;
    }
    toast(`${plural(made.done, "customer")} ${did}.`);
    onDone();
  };
  const running = finished !== undefined;
  const leave = () => {
    stop.current?.abort();
    if (!running) onClose();
  };
  return (
    <Dialog
      open
      onClose={leave}
      title={`${title} ${plural(customers.length, "customer")}?`}
      lead={lead}
      actions={
        <>
          <Button onClick={leave}>{running ? "Stop" : "Close"}</Button>
          <Button look={kind === "opt_out" ? "danger" : "primary"} busy={running} onClick={() => void run()}>
            {title}
          </Button>
        </>
      }
    >
      <Stack gap={4}>
        {kind === "opt_out" ? (
          <TextField
            label="How they told you"
            placeholder="By phone"
            hint="Kept with each customer, for the record."
            maxLength={100}
            value={source}
            onChange={(event) => setSource(event.target.value)}
          />
        ) : null}
        {running ? (
          <ProgressBar
            label={title}
            total={customers.length}
            parts={[{ label: "Done", value: finished, tone: "good" }]}
          />
        ) : null}
        {result === undefined ? null : (
          <p role="alert">
            {count(result.done)} {did}, {count(result.failed)} not: {problemOf(result.firstError).message} Try
            again; nothing is done twice.
          </p>
        )}
      </Stack>
    </Dialog>
  );
}
