import { toJson } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { AudienceSchema, type Content } from "#gen/fanfare/work/v1/content_pb.js";
import {
  previewAudience,
  sampleAudience,
  unknownCustomers,
} from "#core/adapters/postgres/audience/preview.ts";
import type { AudienceJson } from "#core/adapters/postgres/audience/source.ts";
import { resolveTemplateVersion, UnknownReferenceError } from "#core/adapters/postgres/blasts/accept.ts";
import { readCredits } from "#core/adapters/postgres/credits-admin/read-credits.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { readAgencyFields } from "#core/adapters/postgres/templates/read-agency-fields.ts";
import { renderOne } from "#core/domain/rendering/render-one.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail } from "../../rpc/fail.ts";
import { checkTemplate } from "../template/check-template.ts";

// A preview must not carry a link that opts anybody out.
const previewUnsubscribeUrl = "https://unsubscribe.example/preview";

/** Dry run on the real audience. Reads only. */
export const previewBlast =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["previewBlast"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const audience = toJson(AudienceSchema, request.audience!) as AudienceJson;
    return deps.database.withAgency(agencyId, async (tx) => {
      const unknown = await unknownCustomers(tx, agencyId, audience.customers?.ids ?? []);
      if (unknown.length > 0) throw new UnknownReferenceError("customers", unknown);
      const { source, warnings } = await templateOf(tx, agencyId, request.content!);
      const counts = await previewAudience(tx, agencyId, audience);
      const balance = (await readCredits(tx, agencyId))?.balance ?? 0;
      if (counts.audience === 0) warnings.push("The audience is empty: nobody would be mailed.");
      if (counts.eligible > balance) {
        warnings.push(
          `The blast costs ${counts.eligible} credits and the balance is ${balance}: it would be refused.`,
        );
      }
      const { template } = source;
      const samples =
        request.samples === 0 ? [] : await renderSamples(tx, agencyId, audience, template, request);
      const cost = BigInt(counts.eligible);
      return { ...counts, cost, balance: BigInt(balance), warnings, samples };
    });
  };

type Checked = Awaited<ReturnType<typeof checkTemplate>>;

async function templateOf(
  tx: Tx,
  agencyId: string,
  content: Content,
): Promise<{ source: Checked; warnings: string[] }> {
  const version = await resolveTemplateVersion(tx, agencyId, content.templateId, content.templateVersion);
  const row = await tx
    .selectFrom("template_versions")
    .select(["subject", "html", "text"])
    .where("template_id", "=", content.templateId)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  const source = await checkTemplate(tx, agencyId, row);
  return { source, warnings: [...source.warnings] };
}

async function renderSamples(
  tx: Tx,
  agencyId: string,
  audience: AudienceJson,
  template: Checked["template"],
  request: { samples: number; content?: Content | undefined },
) {
  const agency = await readAgencyFields(tx, agencyId);
  const customers = await sampleAudience(tx, agencyId, audience, request.samples);
  return customers.map(({ id, email, first_name, last_name, locale, attributes }) => {
    const full_name = `${first_name} ${last_name}`.trim();
    const mail = renderOne(template, {
      agency,
      blast: { name: "Preview", custom_message: request.content?.customMessage ?? "" },
      customer: { id, email, first_name, last_name, full_name, locale, attributes },
      unsubscribe_url: previewUnsubscribeUrl,
    });
    if (!mail.ok) {
      const message = `For ${email} the template cannot be rendered: ${mail.message}`;
      throw fail(Code.FailedPrecondition, {
        reason: mail.reason,
        message,
        hint: "Shorten the template, or the values it prints.",
      });
    }
    const { subject, html, text } = mail;
    return { customerId: id, email, subject, html, text };
  });
}
