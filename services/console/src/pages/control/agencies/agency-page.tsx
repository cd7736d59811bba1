import { useQuery } from "@connectrpc/connect-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { LogIn } from "lucide-react";
import { type Agency, AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { queryClient } from "../../../connect/query-client.ts";
import { Time } from "../../../format/time.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card, Figure, Figures } from "../../../ui/card.tsx";
import { Page, Row, Split, Stack } from "../../../ui/page.tsx";
import { ErrorState, Loading } from "../../../ui/states.tsx";
import { useAgencyTransport } from "../agency-transport.ts";
import { OperatorsOnly } from "../operators-only.tsx";
import { AgencyCreditsCard } from "./agency-credits-card.tsx";
import { LimitsCard } from "./limits-card.tsx";
import { StandingBadge } from "./standing-badge.tsx";
import { StandingCard } from "./standing-card.tsx";

/** One agency for operators: its standing, its credits, its part of the platform. */
export function AgencyPage() {
  return (
    <OperatorsOnly title="Agency">
      <AgencyOfOperators />
    </OperatorsOnly>
  );
}

function AgencyOfOperators() {
  const { agencyId } = useParams({ from: "/shell/control/agencies/$agencyId" });
  const transport = useAgencyTransport(agencyId);
  const { data, error, refetch } = useQuery(AgencyService.method.getAgency, {}, { transport });
  const above = <Link to="/control/agencies">Agencies</Link>;
  const agency = data?.agency;
  if (agency === undefined)
    return (
      <Page title="Agency" above={above}>
        {error === null ? (
          <Loading lines={8} label="Loading the agency" />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )}
      </Page>
    );
  return (
    <Page
      title={agency.settings?.name ?? "Agency"}
      above={above}
      lead={
        <Row gap={3}>
          <StandingBadge agency={agency} />
          <code>{agency.id}</code>
        </Row>
      }
      actions={<ActFor agency={agency} />}
    >
      <Split>
        <Stack gap={5}>
          <StandingCard agency={agency} transport={transport} onChange={() => void refetch()} />
          <LimitsCard agencyId={agencyId} />
        </Stack>
        <Stack gap={5}>
          <AgencyCreditsCard agencyId={agencyId} transport={transport} />
          <Identity agency={agency} />
        </Stack>
      </Split>
    </Page>
  );
}

function ActFor({ agency }: { agency: Agency }) {
  const navigate = useNavigate();
  const act = () => {
    // What was read for one agency must not be shown for another.
    queryClient.clear();
    void navigate({ to: "/blasts", search: { agency: agency.id } });
  };
  return (
    <Button look="primary" icon={<LogIn size={16} />} onClick={act}>
      Act for this agency
    </Button>
  );
}

function Identity({ agency: { settings, createdAt } }: { agency: Agency }) {
  return (
    <Card title="Identity">
      <Figures>
        <Figure label="Sending domain" value={<Small>{settings?.sendingDomain}</Small>} />
        <Figure label="Time zone" value={<Small>{settings?.timeZone}</Small>} />
        <Figure
          label="Created"
          value={
            <Small>
              <Time at={createdAt} style="day" />
            </Small>
          }
        />
      </Figures>
    </Card>
  );
}

const Small = ({ children }: { children: React.ReactNode }) => (
  <span style={{ fontSize: "var(--size-3)", overflowWrap: "anywhere" }}>{children}</span>
);
