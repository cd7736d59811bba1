import { useMutation, useQuery } from "@connectrpc/connect-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Ellipsis, KeyRound, List, Pencil, Plus, Power, Send, Trash2, Webhook } from "lucide-react";
import { useState } from "react";
import { type WebhookEndpoint, WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { count } from "../../../format/numbers.ts";
import { Time } from "../../../format/time.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Menu } from "../../../ui/menu.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { toast, toastError } from "../../../ui/toast.tsx";
import { AttemptsDrawer } from "./attempts-drawer.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { EndpointDialog } from "./endpoint-dialog.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

const refreshMs = 10_000;

/** What is open over the table. */
type Open =
  | { what: "create" }
  | { what: "edit" | "delete" | "rotate"; endpoint: WebhookEndpoint }
  | undefined;

/** Where facts are posted to, and what became of them. */
export function WebhooksTab() {
  const search = useSearch({ from: "/shell/settings" });
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const { data, error, refetch } = useQuery(
    WebhookService.method.listEndpoints,
    {},
    { refetchInterval: refreshMs },
  );
  const changed = () => void refetch();
  const look = (endpoint?: string) =>
    void navigate({
      to: "/settings",
      search: { tab: "webhooks", ...(endpoint === undefined ? {} : { endpoint }) },
      resetScroll: false,
    });
  const actions = useEndpointActions(changed, look);
  const endpoints = data?.endpoints;
  const looked = endpoints?.find(({ id }) => id === search.endpoint);
  const close = () => setOpen(undefined);
  return (
    <>
      <Card
        flush
        title="End points"
        actions={
          <Button icon={<Plus size={16} />} onClick={() => setOpen({ what: "create" })}>
            New end point
          </Button>
        }
      >
        {endpoints === undefined ? (
          error === null ? (
            <Loading lines={4} label="Loading the end points" />
          ) : (
            <ErrorState error={error} retry={changed} />
          )
        ) : endpoints.length === 0 ? (
          <EmptyState icon={<Webhook size={22} />} title="No end points yet">
            An end point is an address of yours that every fact is posted to: who got it, who opened it, who
            opted out.
          </EmptyState>
        ) : (
          <Table
            caption="End points"
            columns={columnsOf({ ...actions, onLook: look, onOpen: setOpen })}
            rows={endpoints}
            keyOf={({ id }) => id}
          />
        )}
      </Card>
      {open?.what === "create" ? <EndpointDialog onClose={close} onChange={changed} /> : null}
      {open?.what === "edit" ? (
        <EndpointDialog endpoint={open.endpoint} onClose={close} onChange={changed} />
      ) : null}
      {open?.what === "rotate" ? <SecretDialog endpoint={open.endpoint} onClose={close} /> : null}
      {open?.what === "delete" ? (
        <DeleteDialog endpoint={open.endpoint} onClose={close} onChange={changed} />
      ) : null}
      {looked === undefined ? null : <AttemptsDrawer endpoint={looked} onClose={() => look()} />}
    </>
  );
}

function useEndpointActions(onChange: () => void, onLook: (endpointId: string) => void) {
  const update = useMutation(WebhookService.method.updateEndpoint, {
    onError: toastError,
    onSuccess: ({ endpoint }) => {
      toast(endpoint?.enabled ? "Switched on." : "Switched off.");
      onChange();
    },
  });
  const test = useMutation(WebhookService.method.sendTest, { onError: toastError });
  return {
    onSwitch: ({ id, url, description, types, enabled }: WebhookEndpoint) =>
      update.mutate({ endpointId: id, url, description, types, enabled: !enabled }),
    onTest: ({ id }: WebhookEndpoint) =>
      test.mutate(
        { endpointId: id },
        {
          onSuccess: () => {
            toast("A test is on its way; its answer appears here.");
            onLook(id);
          },
        },
      ),
  };
}

function columnsOf(o: {
  onSwitch: (endpoint: WebhookEndpoint) => void;
  onTest: (endpoint: WebhookEndpoint) => void;
  onLook: (endpointId: string) => void;
  onOpen: (open: Open) => void;
}): readonly Column<WebhookEndpoint>[] {
  return [
    {
      name: "End point",
      grow: true,
      cell: ({ url, description }) => (
        <div>
          <strong>{url}</strong>
          {description === "" ? null : <div className="muted">{description}</div>}
        </div>
      ),
    },
    {
      name: "Facts",
      wide: true,
      cell: ({ types }) => (types.length === 0 ? "All" : types.join(", ")),
    },
    { name: "State", cell: (endpoint) => <State endpoint={endpoint} /> },
    { name: "Waiting", numeric: true, wide: true, cell: ({ waiting }) => count(waiting) },
    {
      name: "More",
      cell: (endpoint) => (
        <Menu
          label={`More about ${endpoint.url}`}
          className={buttonClass("quiet")}
          items={[
            { label: "Messages and tries", icon: <List size={16} />, onSelect: () => o.onLook(endpoint.id) },
            { label: "Send a test", icon: <Send size={16} />, onSelect: () => o.onTest(endpoint) },
            {
              label: "Change…",
              icon: <Pencil size={16} />,
              onSelect: () => o.onOpen({ what: "edit", endpoint }),
            },
            {
              label: "New secret…",
              icon: <KeyRound size={16} />,
              onSelect: () => o.onOpen({ what: "rotate", endpoint }),
            },
            {
              label: endpoint.enabled ? "Switch off" : "Switch on",
              icon: <Power size={16} />,
              onSelect: () => o.onSwitch(endpoint),
            },
            {
              label: "Remove…",
              icon: <Trash2 size={16} />,
              danger: true,
              onSelect: () => o.onOpen({ what: "delete", endpoint }),
            },
          ]}
        >
          <Ellipsis size={16} aria-hidden="true" />
        </Menu>
      ),
    },
  ];
}

const disabledWords: Record<string, string> = {
  gone: "Off: it said it is gone",
  failing: "Off: it failed for too long",
};

function State({ endpoint: { enabled, disabledReason, failingSince } }: { endpoint: WebhookEndpoint }) {
  if (!enabled)
    return (
      <Badge tone={disabledReason === "" ? "neutral" : "bad"}>{disabledWords[disabledReason] ?? "Off"}</Badge>
    );
  if (failingSince === undefined) return <Badge tone="good">On</Badge>;
  return (
    <div>
      <Badge tone="warn">Failing</Badge>
      <div className="muted">
        since <Time at={failingSince} />
      </div>
    </div>
  );
}
