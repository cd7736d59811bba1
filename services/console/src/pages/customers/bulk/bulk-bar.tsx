import { X } from "lucide-react";
import { useState } from "react";
import { plural } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import type { Selection } from "../use-selection.ts";
import styles from "./bulk-bar.module.css";
import { EachDialog } from "./each-dialog.tsx";
import { ListDialog } from "./list-dialog.tsx";

type Open = "add" | "remove" | "inactive" | "opt_out" | undefined;

/** What can be done with the customers that are chosen; nothing is shown while nobody is. */
export function BulkBar({ selection, listId }: { selection: Selection; listId: string | undefined }) {
  const [open, setOpen] = useState<Open>();
  const customers = [...selection.customers.values()];
  if (customers.length === 0) return null;
  const close = () => setOpen(undefined);
  const done = () => {
    setOpen(undefined);
    selection.clear();
  };
  return (
    <section className={styles.bar} aria-label="The selected customers">
      <strong className="numeric" role="status">
        {plural(customers.length, "customer")} selected
      </strong>
      <div className={styles.actions}>
        <Button onClick={() => setOpen("add")}>Add to list…</Button>
        <Button onClick={() => setOpen("remove")}>Remove from list…</Button>
        <Button onClick={() => setOpen("inactive")}>Make inactive…</Button>
        <Button look="danger" onClick={() => setOpen("opt_out")}>
          Opt out…
        </Button>
        <Button look="quiet" icon={<X size={16} />} onClick={selection.clear}>
          Clear
        </Button>
      </div>
      {open === "add" || open === "remove" ? (
        <ListDialog kind={open} customers={customers} listId={listId} onClose={close} onDone={done} />
      ) : null}
      {open === "inactive" || open === "opt_out" ? (
        <EachDialog kind={open} customers={customers} onClose={close} onDone={done} />
      ) : null}
    </section>
  );
}
