import { createClient } from "@connectrpc/connect";
import { type FormEvent, useId, useState } from "react";
import { AgencyService, Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { transport } from "../../connect/transport.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { ChoiceCards } from "../../ui/segmented.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import type { Invitation } from "./invitation-dialog.tsx";
import { invitationUrl } from "./invitation-url.ts";
import { givenRoles, roleWords } from "./role-words.ts";

const agencies = createClient(AgencyService, transport);
const sessions = createClient(SessionService, transport);

/** Adds somebody, and makes the link by which they set a password. */
export function CreateUserDialog({
  onClose,
  onChange,
  onInvited,
}: {
  onClose: () => void;
  onChange: () => void;
  onInvited: (invitation: Invitation) => void;
}) {
  const form = useId();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState(Role.SENDER);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const { user } = await agencies.createUser({ email, name, role });
      onChange();
      const { token, expiresAt } = await sessions.inviteUser({ userId: user?.id ?? "" });
      onClose();
      onInvited({ email, url: invitationUrl(token), expiresAt });
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
      title="Add somebody"
      lead="You get a link to hand over, by which they set a password."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" type="submit" form={form} busy={busy}>
            Add
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)}>
        <Stack gap={4}>
          <ErrorNote error={error} />
          <TextField
            label="E-mail"
            type="email"
            required
            autoFocus
            maxLength={320}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <TextField
            label="Name"
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <ChoiceCards
            label="Role"
            value={String(role)}
            onChange={(key) => setRole(Number(key))}
            choices={givenRoles.map((one) => ({ key: String(one), ...roleWords[one] }))}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
