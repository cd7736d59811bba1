import { useId } from "react";
import { useSession } from "../../app/session.ts";
import { timeZones } from "../../format/time-zones.ts";
import { Card } from "../../ui/card.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { SaveRow } from "./save-row.tsx";
import styles from "./settings.module.css";
import { type AgencyForm, useSettingsForm } from "./use-settings-form.ts";

/** Whom the agency's mail comes from. */
export function IdentityTab({ agency, mayChange, onChange }: AgencyForm) {
  const { settings, set, changed, undo, submit, busy, error, errorOf } = useSettingsForm(agency, onChange);
  const { operator } = useSession();
  const zones = useId();
  const locked = { readOnly: !mayChange };
  const from = `${settings.fromName || settings.name} <${settings.fromLocalPart || "hello"}@${settings.sendingDomain}>`;
  return (
    <Card title="Who it comes from">
      <form onSubmit={submit} className={styles.form}>
        <Stack gap={4}>
          <ErrorNote error={error} />
          <TextField
            {...locked}
            label="Name of the agency"
            required
            maxLength={200}
            value={settings.name}
            error={errorOf("name")}
            onChange={(event) => set({ name: event.target.value })}
          />
          <TextField
            readOnly={!mayChange || !operator}
            label="Sending domain"
            required
            maxLength={253}
            hint={
              operator
                ? "As it is set up at the mail provider. Another one takes effect with the next mail."
                : "Set up at the mail provider by your operator, who can change it."
            }
            value={settings.sendingDomain}
            error={errorOf("sending_domain")}
            onChange={(event) => set({ sendingDomain: event.target.value })}
          />
          <div className={styles.pair}>
            <TextField
              {...locked}
              label="From, the name"
              maxLength={100}
              value={settings.fromName}
              error={errorOf("from_name")}
              onChange={(event) => set({ fromName: event.target.value })}
            />
            <TextField
              {...locked}
              label="From, before the @"
              maxLength={64}
              placeholder="hello"
              value={settings.fromLocalPart}
              error={errorOf("from_local_part")}
              onChange={(event) => set({ fromLocalPart: event.target.value })}
            />
          </div>
          <p className={styles.shown} aria-live="polite">
            Customers see <code>{from}</code>
          </p>
          <TextField
            {...locked}
            label="Replies go to"
            type="email"
            maxLength={320}
            placeholder="The address above"
            value={settings.replyTo}
            error={errorOf("reply_to")}
            onChange={(event) => set({ replyTo: event.target.value })}
          />
          <TextArea
            {...locked}
            label="Postal address"
            rows={3}
            maxLength={500}
            hint="Stands in every mail’s foot; the law asks for it."
            value={settings.postalAddress}
            error={errorOf("postal_address")}
            onChange={(event) => set({ postalAddress: event.target.value })}
          />
          <TextField
            {...locked}
            label="Time zone"
            required
            maxLength={64}
            list={zones}
            hint="Schedules fire by its clock, and every time in the console is shown in it."
            value={settings.timeZone}
            error={errorOf("time_zone")}
            onChange={(event) => set({ timeZone: event.target.value })}
          />
          <datalist id={zones}>
            {timeZones().map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
          <SaveRow mayChange={mayChange} changed={changed} busy={busy} onUndo={undo} />
        </Stack>
      </form>
    </Card>
  );
}
