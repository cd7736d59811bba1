import type { Customer } from "#gen/fanfare/api/v1/customer_pb.js";
import { Time } from "../../../format/time.tsx";
import { Card } from "../../../ui/card.tsx";
import styles from "./profile.module.css";

/** What is known of a customer: the fields, then the agency's own attributes. */
export function ProfileCard({ customer }: { customer: Customer }) {
  const attributes = Object.entries(customer.attributes).toSorted(([a], [b]) => a.localeCompare(b));
  return (
    <>
      <Card title="Profile">
        <dl className={styles.facts}>
          <Fact name="E-mail" value={customer.email} />
          <Fact name="First name" value={customer.firstName} />
          <Fact name="Last name" value={customer.lastName} />
          <Fact name="Your id" value={customer.externalId} />
          <Fact name="Locale" value={customer.locale} />
          <div>
            <dt>Added</dt>
            <dd>
              <Time at={customer.createdAt} style="day" />
            </dd>
          </div>
          <div>
            <dt>Changed</dt>
            <dd>
              <Time at={customer.updatedAt} />
            </dd>
          </div>
        </dl>
      </Card>
      <Card title="Attributes">
        {attributes.length === 0 ? (
          <p className="muted">None. An import or Edit can bring some.</p>
        ) : (
          <dl className={styles.facts}>
            {attributes.map(([name, value]) => (
              <Fact key={name} name={name} value={value} code />
            ))}
          </dl>
        )}
      </Card>
    </>
  );
}

function Fact({ name, value, code = false }: { name: string; value: string; code?: boolean }) {
  return (
    <div>
      <dt>{code ? <code>{name}</code> : name}</dt>
      <dd>{value || <span className="muted">–</span>}</dd>
    </div>
  );
}
