import { createClient } from "@connectrpc/connect";
import { type FormEvent, useId, useState } from "react";
import { AgencyService, type CreateAgencyResponse } from "#gen/fanfare/api/v1/agency_pb.js";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { agencyHeader } from "../../../connect/acting-agency.ts";
import { problemOf } from "../../../connect/problem.ts";
import { transport } from "../../../connect/transport.ts";
import { timeZones } from "../../../format/time-zones.ts";
import { Button } from "../../../ui/button.tsx";
import { CopyOnce } from "../../../ui/copy-once.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Stack } from "../../../ui/page.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { invitationUrl } from "../../settings/invitation-url.ts";

type Made = { response: CreateAgencyResponse; invitation: string };

const agencies = createClient(AgencyService, transport);
const sessions = createClient(SessionService, transport);

/** Makes an agency with its first admin; afterwards shows the admin's key and link, once. */
export function CreateAgencyDialog({ onClose, onChange }: { onClose: () => void; onChange: () => void }) {
  const [made, setMade] = useState<Made>();
  return made === undefined ? (
    <Form
      onClose={onClose}
      onMade={(now) => {
        setMade(now);
        onChange();
      }}
    />
  ) : (
    <Result made={made} onClose={onClose} />
  );
}

function Form({ onClose, onMade }: { onClose: () => void; onMade: (made: Made) => void }) {
  const form = useId();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  // The same key for every try of this form, so that a lost answer makes no second agency.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const [values, setValues] = useState({
    name: "",
    sendingDomain: "",
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    adminEmail: "",
    adminName: "",
  });
  const wrong = error === undefined ? undefined : problemOf(error);
  const field = (name: keyof typeof values, path: string) => ({
    value: values[name],
    error: wrong?.field === path ? wrong.message : undefined,
    onChange: (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value }),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      onMade(await create(idempotencyKey, values));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="New agency"
      lead="It starts without credits, in good standing, with one admin who sets the rest."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" type="submit" form={form} busy={busy}>
            Create
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)}>
        <Stack gap={4}>
          <ErrorNote error={error} />
          <TextField label="Name" required maxLength={200} autoFocus {...field("name", "settings.name")} />
          <TextField
            label="Sending domain"
            required
            maxLength={253}
            placeholder="mail.example.com"
            hint="As it is set up at the mail provider."
            {...field("sendingDomain", "settings.sending_domain")}
          />
          <TextField
            label="Time zone"
            required
            maxLength={64}
            list={`${form}-zones`}
            {...field("timeZone", "settings.time_zone")}
          />
          <datalist id={`${form}-zones`}>
            {timeZones().map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
          <TextField
            label="Admin’s e-mail"
            type="email"
            required
            maxLength={320}
            {...field("adminEmail", "admin_email")}
          />
          <TextField label="Admin’s name" maxLength={200} {...field("adminName", "admin_name")} />
        </Stack>
      </form>
    </Dialog>
  );
}

async function create(
  idempotencyKey: string,
  {
    adminEmail,
    adminName,
    ...settings
  }: { name: string; sendingDomain: string; timeZone: string; adminEmail: string; adminName: string },
): Promise<Made> {
  const response = await agencies.createAgency({ idempotencyKey, settings, adminEmail, adminName });
  const { token } = await sessions.inviteUser(
    { userId: response.admin?.id ?? "" },
    { headers: { [agencyHeader]: response.agency?.id ?? "" } },
  );
  return { response, invitation: invitationUrl(token) };
}

function Result({ made: { response, invitation }, onClose }: { made: Made; onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${response.agency?.settings?.name} is there`}
      lead="Give the link to the admin and the key to the agency’s programs. Neither is shown again; an admin can always make new ones."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <LinkButton
            to="/control/agencies/$agencyId"
            params={{ agencyId: response.agency?.id ?? "" }}
            look="primary"
          >
            To the agency
          </LinkButton>
        </>
      }
    >
      <Stack gap={4}>
        <CopyOnce label={`Invitation for ${response.admin?.email}`} value={invitation} />
        {response.apiKey === "" ? (
          <p className="muted">The agency was made by an earlier try, which was given its key.</p>
        ) : (
          <CopyOnce label="API key of the admin" value={response.apiKey} once />
        )}
      </Stack>
    </Dialog>
  );
}
