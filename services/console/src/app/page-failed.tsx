import { Page } from "../ui/page.tsx";
import { ErrorState } from "../ui/states.tsx";

/** A page that could not be shown; the rest of the console stays usable. */
export function PageFailed({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <Page title="This page failed">
      <ErrorState error={error} retry={reset} />
    </Page>
  );
}
