import { UnknownAddressPolicy } from "#gen/fanfare/api/v1/agency_pb.js";
import { DoubtPolicy } from "#gen/fanfare/options/v1/doubt_policy_pb.js";
import { Card } from "../../ui/card.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { ChoiceCards } from "../../ui/segmented.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { SaveRow } from "./save-row.tsx";
import styles from "./settings.module.css";
import { type AgencyForm, useSettingsForm } from "./use-settings-form.ts";

// The contract's bound of undo_seconds.
const maxUndoSeconds = 600;

/** What is done where there is a choice. */
export function PoliciesTab({ agency, mayChange, onChange }: AgencyForm) {
  const { settings, set, changed, undo, submit, busy, error, errorOf } = useSettingsForm(agency, onChange);
  const disabled = !mayChange;
  return (
    <Card title="What happens when it is not clear">
      <form onSubmit={submit} className={styles.form}>
        <Stack gap={5}>
          <ErrorNote error={error} />
          <ChoiceCards<"hold" | "resend">
            label="A mail whose answer was lost, and of which the provider knows nothing"
            value={settings.doubtPolicy === DoubtPolicy.RESEND ? "resend" : "hold"}
            onChange={(key) => set({ doubtPolicy: key === "hold" ? DoubtPolicy.HOLD : DoubtPolicy.RESEND })}
            choices={[
              {
                key: "hold",
                label: "Hold it for a person",
                hint: "Nobody gets the mail twice; somebody decides about the few that are unclear.",
                disabled,
              },
              {
                key: "resend",
                label: "Send it again",
                hint: "Nobody is missed; a few may get the mail twice. A blast may choose for itself.",
                disabled,
              },
            ]}
          />
          <CheckField
            label="Verify addresses before the first mail"
            hint="The verifier is asked about addresses it has not judged lately; what it calls invalid is skipped and costs nothing."
            checked={settings.verifyAddresses}
            disabled={disabled}
            onChange={(event) => set({ verifyAddresses: event.target.checked })}
          />
          <ChoiceCards<"send" | "skip">
            label="An address that the verifier cannot judge"
            value={settings.unknownAddressPolicy === UnknownAddressPolicy.SKIP ? "skip" : "send"}
            onChange={(key) =>
              set({
                unknownAddressPolicy: key === "send" ? UnknownAddressPolicy.SEND : UnknownAddressPolicy.SKIP,
              })
            }
            choices={[
              {
                key: "send",
                label: "Mail it",
                hint: "Nobody is missed because a mailbox was slow to answer; a few mails may bounce.",
                disabled,
              },
              {
                key: "skip",
                label: "Skip it",
                hint: "The bounce rate stays low; a few customers may be missed, and the blast says which.",
                disabled,
              },
            ]}
          />
          <TextField
            label="Seconds to take a blast back"
            type="number"
            inputMode="numeric"
            min={0}
            max={maxUndoSeconds}
            step={1}
            required
            readOnly={disabled}
            hint="A blast that is sent now waits so long before the first mail leaves; cancelling within it takes all of it back. 0 is at once."
            value={String(settings.undoSeconds)}
            error={errorOf("undo_seconds")}
            onChange={(event) => set({ undoSeconds: Math.max(0, Math.trunc(Number(event.target.value))) })}
          />
          <SaveRow mayChange={mayChange} changed={changed} busy={busy} onUndo={undo} />
        </Stack>
      </form>
    </Card>
  );
}
