import { useInfiniteQuery, useMutation } from "@connectrpc/connect-query";
import { Ellipsis, Link2, Plus, UserCheck, UserX } from "lucide-react";
import { useState } from "react";
import { AgencyService, Role, type User } from "#gen/fanfare/api/v1/agency_pb.js";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { useMay, useSession } from "../../app/session.ts";
import { Time } from "../../format/time.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Row } from "../../ui/page.tsx";
import { ErrorState, Loading } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { AdminsOnly } from "./admins-only.tsx";
import { CreateUserDialog } from "./create-user-dialog.tsx";
import { DeactivateDialog } from "./deactivate-dialog.tsx";
import { InvitationDialog, type Invitation } from "./invitation-dialog.tsx";
import { invitationUrl } from "./invitation-url.ts";
import { givenRoles, roleWords } from "./role-words.ts";

const pageRows = 200;

/** Everybody of the agency; admins add people, change roles, and make links to set a password. */
export function UsersTab() {
  const mayChange = useMay(Role.ADMIN);
  const [creating, setCreating] = useState(false);
  const [leaving, setLeaving] = useState<User>();
  const [invitation, setInvitation] = useState<Invitation>();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    AgencyService.method.listUsers,
    { page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
    },
  );
  const changed = () => void refetch();
  const actions = useUserActions(changed, setInvitation);
  const users = data?.pages.flatMap((page) => page.users);
  return (
    <>
      {mayChange ? null : <AdminsOnly />}
      <Card
        flush
        title="Users"
        actions={
          mayChange ? (
            <Button icon={<Plus size={16} />} onClick={() => setCreating(true)}>
              Add somebody
            </Button>
          ) : undefined
        }
      >
        {users === undefined ? (
          error === null ? (
            <Loading lines={5} label="Loading the users" />
          ) : (
            <ErrorState error={error} retry={changed} />
          )
        ) : (
          <Table
            caption="Users"
            columns={columnsOf({ mayChange, ...actions, onLeave: setLeaving })}
            rows={users}
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
        <CreateUserDialog onClose={() => setCreating(false)} onChange={changed} onInvited={setInvitation} />
      ) : null}
      {leaving === undefined ? null : (
        <DeactivateDialog user={leaving} onClose={() => setLeaving(undefined)} onChange={changed} />
      )}
      {invitation === undefined ? null : (
        <InvitationDialog invitation={invitation} onClose={() => setInvitation(undefined)} />
      )}
    </>
  );
}

function useUserActions(onChange: () => void, onInvited: (invitation: Invitation) => void) {
  const update = useMutation(AgencyService.method.updateUser, {
    onError: toastError,
    onSuccess: ({ user }) => {
      toast(`${user?.name || user?.email}: changed.`);
      onChange();
    },
  });
  const invite = useMutation(SessionService.method.inviteUser, { onError: toastError });
  return {
    onRole: (user: User, role: Role) => update.mutate({ userId: user.id, role }),
    onActivate: (user: User) => update.mutate({ userId: user.id, active: true }),
    onInvite: (user: User) =>
      invite.mutate(
        { userId: user.id },
        {
          onSuccess: ({ token, expiresAt }) =>
            onInvited({ email: user.email, url: invitationUrl(token), expiresAt }),
        },
      ),
  };
}

function columnsOf(o: {
  mayChange: boolean;
  onRole: (user: User, role: Role) => void;
  onActivate: (user: User) => void;
  onInvite: (user: User) => void;
  onLeave: (user: User) => void;
}): readonly Column<User>[] {
  return [
    {
      name: "User",
      grow: true,
      cell: ({ name, email }) => (
        <div>
          <strong>{name || email}</strong>
          {name === "" ? null : <div className="muted">{email}</div>}
        </div>
      ),
    },
    {
      name: "Role",
      cell: (user) => <RoleCell user={user} mayChange={o.mayChange} onRole={o.onRole} />,
    },
    {
      name: "State",
      cell: ({ active }) => (active ? <Badge tone="good">Active</Badge> : <Badge>Left</Badge>),
    },
    { name: "Since", wide: true, cell: ({ createdAt }) => <Time at={createdAt} style="day" /> },
    ...(o.mayChange ? [{ name: "More", cell: (user: User) => <UserMenu user={user} {...o} /> }] : []),
  ];
}

function RoleCell({
  user,
  mayChange,
  onRole,
}: {
  user: User;
  mayChange: boolean;
  onRole: (user: User, role: Role) => void;
}) {
  const session = useSession();
  // Whoever takes the role admin from oneself could not take it back.
  if (!mayChange || !user.active || session.user?.id === user.id)
    return <span title={roleWords[user.role].hint}>{roleWords[user.role].label}</span>;
  return (
    <SelectField
      label={`Role of ${user.name || user.email}`}
      hideLabel
      value={user.role}
      onChange={(event) => onRole(user, Number(event.target.value))}
    >
      {givenRoles.map((role) => (
        <option key={role} value={role}>
          {roleWords[role].label}
        </option>
      ))}
    </SelectField>
  );
}

function UserMenu({
  user,
  onActivate,
  onInvite,
  onLeave,
}: {
  user: User;
  onActivate: (user: User) => void;
  onInvite: (user: User) => void;
  onLeave: (user: User) => void;
}) {
  return (
    <Menu
      label={`More about ${user.name || user.email}`}
      className={buttonClass("quiet")}
      items={
        user.active
          ? [
              {
                label: "Link to set a password…",
                icon: <Link2 size={16} />,
                onSelect: () => onInvite(user),
              },
              {
                label: "Deactivate…",
                icon: <UserX size={16} />,
                danger: true,
                onSelect: () => onLeave(user),
              },
            ]
          : [{ label: "Make active again", icon: <UserCheck size={16} />, onSelect: () => onActivate(user) }]
      }
    >
      <Ellipsis size={16} aria-hidden="true" />
    </Menu>
  );
}
