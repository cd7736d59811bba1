import { useQuery } from "@connectrpc/connect-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Ellipsis, Pencil } from "lucide-react";
import { useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { useMay } from "../../../app/session.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { Menu } from "../../../ui/menu.tsx";
import { Page, Row, Split, Stack } from "../../../ui/page.tsx";
import { ErrorState, Loading } from "../../../ui/states.tsx";
import { CustomerBadges } from "../customer-badges.tsx";
import { nameOf } from "../words.ts";
import { ActivityCard } from "./activity-card.tsx";
import { ConsentCard } from "./consent-card.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { EditDialog } from "./edit-dialog.tsx";
import { ListsCard } from "./lists-card.tsx";
import { ProfileCard } from "./profile-card.tsx";

/** One customer: who it is, whether mail may go there, and everything that happened. */
export function CustomerPage() {
  const { customerId } = useParams({ from: "/shell/customers/$customerId" });
  const { data, error, refetch } = useQuery(CustomerService.method.getCustomer, { customerId });
  const above = <Link to="/customers">Customers</Link>;
  const customer = data?.customer;
  if (customer !== undefined) return <Known customer={customer} />;
  return (
    <Page title="Customer" above={above}>
      {error === null ? (
        <Loading lines={8} label="Loading the customer" />
      ) : (
        <ErrorState error={error} retry={() => void refetch()} />
      )}
    </Page>
  );
}

function Known({ customer }: { customer: Customer }) {
  const may = useMay(Role.SENDER);
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "delete">();
  const name = nameOf(customer);
  const close = () => setOpen(undefined);
  return (
    <Page
      title={name}
      above={<Link to="/customers">Customers</Link>}
      lead={
        <Row gap={3}>
          {name === customer.email ? null : <span>{customer.email}</span>}
          <CustomerBadges customer={customer} />
        </Row>
      }
      actions={
        may ? (
          <>
            <Button icon={<Pencil size={16} />} onClick={() => setOpen("edit")}>
              Edit
            </Button>
            <Menu
              label="More about this customer"
              className={buttonClass("secondary")}
              items={[{ label: "Delete for good…", danger: true, onSelect: () => setOpen("delete") }]}
            >
              <Ellipsis size={16} aria-hidden="true" />
            </Menu>
          </>
        ) : undefined
      }
    >
      <Split>
        <ActivityCard customerId={customer.id} />
        <Stack gap={5}>
          <ProfileCard customer={customer} />
          <ConsentCard customer={customer} may={may} />
          <ListsCard customer={customer} may={may} />
        </Stack>
      </Split>
      {open === "edit" ? <EditDialog customer={customer} onClose={close} /> : null}
      {open === "delete" ? (
        <DeleteDialog
          customer={customer}
          onClose={close}
          onDeleted={() => void navigate({ to: "/customers", replace: true })}
        />
      ) : null}
    </Page>
  );
}
