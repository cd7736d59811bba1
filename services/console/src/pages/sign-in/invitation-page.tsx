import { useMutation } from "@connectrpc/connect-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { queryClient } from "../../connect/query-client.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { Doorway } from "./doorway.tsx";

const minLength = 12;

/** Sets a password by the token behind the `#`, which never reaches a log of a server. */
export function InvitationPage() {
  const navigate = useNavigate();
  const [token] = useState(() => location.hash.slice(1));
  const [password, setPassword] = useState("");
  const { mutate, isPending, error } = useMutation(SessionService.method.acceptInvitation, {
    onSuccess: () => {
      queryClient.clear();
      void navigate({ to: "/", replace: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ token, password });
  };
  return (
    <Doorway title="Choose a password" lead="It opens Fanfare for you from now on.">
      <form onSubmit={submit}>
        <ErrorNote error={error} />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          minLength={minLength}
          autoFocus
          hint={`At least ${minLength} characters; a few words are easy to remember.`}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" look="primary" busy={isPending} disabled={token === ""}>
          Set password and sign in
        </Button>
        {token === "" ? (
          <p className="muted">This link is not complete; open it again from where you got it.</p>
        ) : null}
      </form>
    </Doorway>
  );
}
