import { Link } from "@tanstack/react-router";
import { buttonClass } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { EmptyState } from "../ui/states.tsx";

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState
        title="There is no such page"
        action={
          <Link to="/" className={buttonClass()}>
            To the blasts
          </Link>
        }
      >
        The address may have been cut, or the page has moved.
      </EmptyState>
    </Page>
  );
}
