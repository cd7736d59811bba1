import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { TextField } from "../../ui/field.tsx";
import { Row, Stack } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import styles from "./settings.module.css";

// The contract's bounds of ChangePassword.
const minLength = 12;
const maxLength = 200;

/** Changes one's own password; every role may. */
export function PasswordTab() {
  const [oldPassword, setOldPassword] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const { mutate, isPending, error } = useMutation(SessionService.method.changePassword, {
    onSuccess: () => {
      toast("Your password is changed. Your other sessions have ended.");
      setOldPassword("");
      setNewPassword("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ oldPassword, newPassword });
  };
  return (
    <Card title="Your own password">
      <form onSubmit={submit} className={styles.form}>
        <Stack gap={4}>
          <ErrorNote error={error} />
          <TextField
            label="Password until now"
            type="password"
            autoComplete="current-password"
            required
            maxLength={maxLength}
            value={oldPassword}
            onChange={(event) => setOldPassword(event.target.value)}
          />
          <TextField
            label="New password"
            type="password"
            autoComplete="new-password"
            required
            minLength={minLength}
            maxLength={maxLength}
            hint={`At least ${minLength} characters; a few words are easy to remember. Everywhere else you are signed out.`}
            value={newPassword}
            onChange={(event) => setNewPassword(event.target.value)}
          />
          <Row>
            <Button type="submit" look="primary" busy={isPending}>
              Change the password
            </Button>
          </Row>
        </Stack>
      </form>
    </Card>
  );
}
