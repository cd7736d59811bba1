import { useMutation } from "@connectrpc/connect-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { queryClient } from "../../connect/query-client.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { Doorway } from "./doorway.tsx";

/** E-mail and password; afterwards to where one wanted to go. */
export function SignInPage() {
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/sign-in" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { mutate, isPending, error } = useMutation(SessionService.method.signIn, {
    onSuccess: () => {
      queryClient.clear();
      // Only our own addresses: a link must not lead from the sign-in page to somebody else's.
      void navigate({ href: next?.startsWith("/") && !next.startsWith("//") ? next : "/", replace: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ email, password });
  };
  return (
    <Doorway title="Sign in" lead="Reach every customer before the storm does.">
      <form onSubmit={submit}>
        <ErrorNote error={error} />
        <TextField
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" look="primary" busy={isPending}>
          Sign in
        </Button>
        <p className="muted">Forgotten? An admin of your agency can make you a new link.</p>
      </form>
    </Doorway>
  );
}
