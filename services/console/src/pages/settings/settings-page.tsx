import { useQuery } from "@connectrpc/connect-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { AgencyService, Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { useMay } from "../../app/session.ts";
import { Page, Stack } from "../../ui/page.tsx";
import { ErrorState, Loading } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { AdminsOnly } from "./admins-only.tsx";
import { IdentityTab } from "./identity-tab.tsx";
import { KeysTab } from "./keys-tab.tsx";
import { PasswordTab } from "./password-tab.tsx";
import { PoliciesTab } from "./policies-tab.tsx";
import type { SettingsTab } from "./search.ts";
import { UsersTab } from "./users-tab.tsx";
import { WebhooksTab } from "./webhooks/webhooks-tab.tsx";

/** Who the agency is, what it wants done by default, who belongs to it, and one's own password. */
export function SettingsPage() {
  const { tab = "identity" } = useSearch({ from: "/shell/settings" });
  const navigate = useNavigate({ from: "/settings" });
  const mayChange = useMay(Role.ADMIN);
  const choose = (next: SettingsTab) =>
    void navigate({ to: "/settings", search: next === "identity" ? {} : { tab: next } });
  return (
    <Page title="Settings" lead="What holds for everything this agency sends, and for everybody in it.">
      <Tabs<SettingsTab>
        label="Settings"
        value={tab}
        onChange={choose}
        tabs={[
          { key: "identity", label: "Identity" },
          { key: "policies", label: "Policies" },
          { key: "users", label: "Users" },
          { key: "keys", label: "API keys" },
          ...(mayChange ? [{ key: "webhooks" as const, label: "Webhooks" }] : []),
          { key: "password", label: "Password" },
        ]}
      >
        <Stack gap={5}>
          {tab === "identity" || tab === "policies" ? <AgencyTab tab={tab} /> : null}
          {tab === "users" ? <UsersTab /> : null}
          {tab === "keys" ? <KeysTab /> : null}
          {tab === "webhooks" ? mayChange ? <WebhooksTab /> : <AdminsOnly /> : null}
          {tab === "password" ? <PasswordTab /> : null}
        </Stack>
      </Tabs>
    </Page>
  );
}

function AgencyTab({ tab }: { tab: "identity" | "policies" }) {
  const mayChange = useMay(Role.ADMIN);
  const { data, error, refetch } = useQuery(AgencyService.method.getAgency, {});
  const agency = data?.agency;
  if (agency === undefined)
    return error === null ? (
      <Loading lines={8} label="Loading the settings" />
    ) : (
      <ErrorState error={error} retry={() => void refetch()} />
    );
  const form = { agency, mayChange, onChange: () => void refetch() };
  return (
    <>
      {mayChange ? null : <AdminsOnly />}
      {tab === "identity" ? <IdentityTab {...form} /> : <PoliciesTab {...form} />}
    </>
  );
}
