import { useInfiniteQuery, useMutation, useQuery } from "@connectrpc/connect-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { AgencyService, type ApiKey } from "#gen/fanfare/api/v1/agency_pb.js";
import { Time } from "../../format/time.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Row } from "../../ui/page.tsx";
import { EmptyState, ErrorNote, ErrorState, Loading } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { toast } from "../../ui/toast.tsx";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { roleWords } from "./role-words.ts";

const pageRows = 100;
// Names beside keys; an agency with more people sees the address' owner as an id.
const maxUsers = 1_000;

/** Keys for programs: everybody's for admins, one's own for others. */
export function KeysTab() {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  const users = useQuery(AgencyService.method.listUsers, { page: { size: maxUsers } });
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    AgencyService.method.listApiKeys,
    { page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
    },
  );
  const changed = () => void refetch();
  const keys = data?.pages.flatMap((page) => page.keys);
  const nameOf = (userId: string) => {
    const user = users.data?.users.find(({ id }) => id === userId);
    return user?.name || user?.email || `…${userId.slice(-8)}`;
  };
  return (
    <>
      <Card
        flush
        title="Keys for programs"
        actions={
          <Button icon={<Plus size={16} />} onClick={() => setCreating(true)}>
            New key
          </Button>
        }
      >
        {keys === undefined ? (
          error === null ? (
            <Loading lines={4} label="Loading the keys" />
          ) : (
            <ErrorState error={error} retry={changed} />
          )
        ) : keys.length === 0 ? (
          <EmptyState icon={<KeyRound size={22} />} title="No keys yet">
            A key lets a program do what its role allows, in the name of its user.
          </EmptyState>
        ) : (
          <Table
            caption="API keys"
            columns={columnsOf(nameOf, setRevoking)}
            rows={keys}
            keyOf={({ id }) => id}
          />
        )}
      </Card>
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </Row>
      ) : null}
      {creating ? (
        <CreateKeyDialog
          users={users.data?.users ?? []}
          onClose={() => setCreating(false)}
          onChange={changed}
        />
      ) : null}
      {revoking === undefined ? null : (
        <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} onChange={changed} />
      )}
    </>
  );
}

const columnsOf = (
  nameOf: (userId: string) => string,
  onRevoke: (key: ApiKey) => void,
): readonly Column<ApiKey>[] => [
  {
    name: "Key",
    grow: true,
    cell: ({ name, prefix }) => (
      <div>
        <strong>{name}</strong>
        <div className="muted">
          <code>{prefix}…</code>
        </div>
      </div>
    ),
  },
  { name: "Role", cell: ({ role }) => roleWords[role].label },
  { name: "Acts for", wide: true, cell: ({ userId }) => nameOf(userId) },
  { name: "Made", wide: true, cell: ({ createdAt }) => <Time at={createdAt} style="day" /> },
  {
    name: "Last used",
    wide: true,
    cell: ({ lastUsedAt }) =>
      lastUsedAt === undefined ? <span className="muted">never</span> : <Time at={lastUsedAt} />,
  },
  {
    name: "State",
    cell: (key) =>
      key.revoked ? (
        <Badge>Revoked</Badge>
      ) : (
        <Button look="danger" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
          Revoke…
        </Button>
      ),
  },
];

function RevokeDialog({
  apiKey,
  onClose,
  onChange,
}: {
  apiKey: ApiKey;
  onClose: () => void;
  onChange: () => void;
}) {
  const { mutate, isPending, error } = useMutation(AgencyService.method.revokeApiKey, {
    onSuccess: () => {
      toast(`“${apiKey.name}” opens nothing any more.`);
      onChange();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Revoke “${apiKey.name}”?`}
      lead="Programs that use it are refused within ten seconds. It cannot be taken back; make a new key instead."
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ keyId: apiKey.id })}>
            Revoke
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}
