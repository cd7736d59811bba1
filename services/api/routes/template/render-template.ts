import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { readCustomer } from "#core/adapters/postgres/customers/read-customer.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { readAgencyFields } from "#core/adapters/postgres/templates/read-agency-fields.ts";
import type { CustomerFields } from "#core/domain/rendering/context.ts";
import { renderOne } from "#core/domain/rendering/render-one.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { checkTemplate } from "./check-template.ts";

const exampleCustomer: CustomerFields = {
  id: "00000000-0000-7000-8000-000000000000",
  email: "maria.example@example.com",
  first_name: "Maria",
  last_name: "Example",
  full_name: "Maria Example",
  locale: "en-US",
};
// A preview must not carry a link that opts anybody out.
const previewUnsubscribeUrl = "https://unsubscribe.example/preview";

/** Renders without saving, for a customer of the agency or for an example one. */
export const renderTemplate =
  (deps: ApiDeps): ServiceImpl<typeof TemplateService>["renderTemplate"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    return deps.database.withAgency(agencyId, async (tx) => {
      const { template, warnings } = await checkTemplate(tx, agencyId, request.source!);
      const mail = renderOne(template, {
        agency: await readAgencyFields(tx, agencyId),
        blast: { name: "Preview", custom_message: request.customMessage },
        customer: await customerFields(tx, agencyId, request.customerId),
        unsubscribe_url: previewUnsubscribeUrl,
      });
      if (!mail.ok) {
        throw fail(Code.InvalidArgument, {
          reason: mail.reason,
          message: mail.message,
          field: "source",
          hint: "Shorten the template, or the values it prints.",
        });
      }
      return { subject: mail.subject, html: mail.html, text: mail.text, warnings };
    });
  };

async function customerFields(tx: Tx, agencyId: string, customerId: string): Promise<CustomerFields> {
  if (customerId === "") return exampleCustomer;
  const row = await readCustomer(tx, agencyId, customerId);
  if (row === undefined) throw notFound("customer", customerId, "customer_id");
  const { id, email, first_name, last_name, locale, attributes } = row;
  const full_name = `${first_name} ${last_name}`.trim();
  return { id, email, first_name, last_name, full_name, locale, attributes };
}
