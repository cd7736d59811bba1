import { ShieldAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useSession } from "../../app/session.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";

/** Shows the page to operators; to others it says for whom it is. */
export function OperatorsOnly({ title, children }: { title: string; children: ReactNode }) {
  const { operator } = useSession();
  if (operator) return children;
  return (
    <Page title={title}>
      <EmptyState
        icon={<ShieldAlert size={22} />}
        title="You may not see this"
        action={<LinkButton to="/blasts">To the blasts</LinkButton>}
      >
        The control room is for operators of the platform. Ask one of them if mail seems stuck.
      </EmptyState>
    </Page>
  );
}
