import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useId, useState } from "react";
import { AgencyService, Role, type User } from "#gen/fanfare/api/v1/agency_pb.js";
import { useMay, useSession } from "../../app/session.ts";
import { Button } from "../../ui/button.tsx";
import { CopyOnce } from "../../ui/copy-once.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { ChoiceCards } from "../../ui/segmented.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { givenRoles, roleWords } from "./role-words.ts";

/** Makes a key with at most one's own role; its secret is shown once. */
export function CreateKeyDialog({
  users,
  onClose,
  onChange,
}: {
  users: readonly User[];
  onClose: () => void;
  onChange: () => void;
}) {
  const form = useId();
  const { user: own } = useSession();
  const forOthers = useMay(Role.ADMIN);
  const active = users.filter((user) => user.active);
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState(own?.id ?? "");
  const userId = chosen || (active[0]?.id ?? "");
  const highest = Math.min(
    active.find(({ id }) => id === userId)?.role ?? own?.role ?? Role.VIEWER,
    forOthers ? Role.ADMIN : (own?.role ?? Role.VIEWER),
  );
  const [wanted, setWanted] = useState(Role.SENDER);
  const role = Math.min(wanted, highest);
  const { mutate, isPending, error, data } = useMutation(AgencyService.method.createApiKey, {
    onSuccess: onChange,
  });
  if (data !== undefined)
    return (
      <Dialog
        open
        onClose={onClose}
        title={`“${data.key?.name}” is made`}
        lead="Put it where the program finds it. Whoever has it may do what its role allows."
        actions={
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <CopyOnce label="API key" value={data.secret} once />
      </Dialog>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ name, role, userId });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="New key"
      lead="One key a program: then each can be revoked alone."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" type="submit" form={form} busy={isPending}>
            Make the key
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Stack gap={4}>
          <ErrorNote error={error} />
          <TextField
            label="Name"
            required
            autoFocus
            maxLength={200}
            placeholder="Policy system"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          {forOthers ? (
            <SelectField
              label="Acts for"
              hint="When this user is deactivated, the key ends too."
              value={userId}
              onChange={(event) => setChosen(event.target.value)}
            >
              {active.map(({ id, name: of, email }) => (
                <option key={id} value={id}>
                  {of || email}
                </option>
              ))}
            </SelectField>
          ) : null}
          <ChoiceCards
            label="Role"
            value={String(role)}
            onChange={(key) => setWanted(Number(key))}
            choices={givenRoles
              .filter((one) => one <= highest)
              .map((one) => ({ key: String(one), ...roleWords[one] }))}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
