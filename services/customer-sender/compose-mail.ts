import { setImmediate as nextTurn } from "node:timers/promises";
import type { ClaimableBlast } from "#core/adapters/postgres/deliveries/claim.ts";
import { cleanDisplayName, formatMailbox } from "#core/domain/address/display-name.ts";
import { formatRid } from "#core/domain/delivery/id.ts";
import type { CompiledTemplate } from "#core/domain/rendering/compile-template.ts";
import {
  renderBatch,
  type RenderedBatch,
  type RenderedRecipient,
} from "#core/domain/rendering/render-batch.ts";
import type { CustomerContext, SharedContext } from "#core/domain/rendering/context.ts";
import type { ClaimedDelivery } from "./claim-batch.ts";
import type { Batch } from "./deliver-batch.ts";
import type { CustomerSenderDeps, Mail } from "./deps.ts";
import type { Answered } from "./send-mail.ts";

/** A mail to one customer of the batch, with the delivery it stands for. */
export type Recipient = Mail["recipients"][number] & { seq: number; attempt: number };

/** The same mail for all, with each one's values; not cut into calls yet. */
export type ComposedMail = Omit<Mail, "recipients" | "timeoutMs"> & { recipients: Recipient[] };

export interface Composed {
  mail: ComposedMail;
  /** Those that could not be rendered. */
  rejected: Answered[];
}

/** Renders the template once for the batch and once for what differs, and addresses it. A template that fails rejects, it never throws. */
export async function composeMail(
  deps: CustomerSenderDeps,
  batch: Batch,
  blast: ClaimableBlast,
  deliveries: ClaimedDelivery[],
): Promise<Composed> {
  const envelope = envelopeOf(batch, blast);
  const compiled = await deps.templates.get(batch.agencyId, blast.template_id, blast.template_version);
  if (!compiled.ok) {
    const rejected = deliveries.map((delivery) => renderFailure(delivery, compiled.reason));
    return { mail: { ...envelope, subject: "", html: "", text: "", recipients: [] }, rejected };
  }
  const urls = deps.unsubscribeUrls(
    batch.agencyId,
    deliveries.map(({ customer_id }) => customer_id),
  );
  const contexts = deliveries.map((delivery, index) => customerContext(delivery, urls[index]!));
  const rendered = await renderInParts(deps, compiled.template, sharedContext(blast), contexts);
  const link = linkVariable(rendered.recipients, urls);
  const recipients: Recipient[] = [];
  const rejected: Answered[] = [];
  for (let index = 0; index < deliveries.length; index += 1) {
    const delivery = deliveries[index]!;
    const own = rendered.recipients[index]!;
    if (!own.ok) rejected.push(renderFailure(delivery, own.message));
    else {
      own.variables[link] = urls[index]!;
      recipients.push(recipient(batch, delivery, own.variables));
    }
  }
  const { subject, html, text } = rendered;
  const headers = { ...envelope.headers, "List-Unsubscribe": `<%recipient.${link}%>` };
  return { mail: { ...envelope, headers, subject, html, text, recipients }, rejected };
}

// A millisecond's work.
const renderedAtOnce = 100;

/** Between the parts whatever came meanwhile has its turn, and small batches the way. */
async function renderInParts(
  { way }: CustomerSenderDeps,
  template: CompiledTemplate,
  shared: SharedContext,
  contexts: CustomerContext[],
): Promise<RenderedBatch> {
  const rendered = renderBatch(template, shared, contexts.slice(0, renderedAtOnce));
  const recipients = [...rendered.recipients];
  for (let at = renderedAtOnce; at < contexts.length; at += renderedAtOnce) {
    await nextTurn();
    await way?.give();
    recipients.push(...renderBatch(template, shared, contexts.slice(at, at + renderedAtOnce)).recipients);
  }
  return { ...rendered, recipients };
}

const ownLinkVariable = "unsub";

/** The variable that the header names: the template's own where it holds just the link for everyone, so that no link travels twice. */
function linkVariable(rendered: readonly RenderedRecipient[], urls: readonly string[]): string {
  const first = rendered.findIndex(({ ok }) => ok);
  const sample = rendered[first];
  if (sample?.ok !== true) return ownLinkVariable;
  const found = Object.keys(sample.variables).find((name) => sample.variables[name] === urls[first]);
  if (found === undefined) return ownLinkVariable;
  return rendered.every((own, index) => !own.ok || own.variables[found] === urls[index])
    ? found
    : ownLinkVariable;
}

function envelopeOf(
  batch: Batch,
  blast: ClaimableBlast,
): Omit<ComposedMail, "subject" | "html" | "text" | "recipients"> {
  return {
    domain: blast.sending_domain,
    from: formatMailbox(
      blast.from_name || blast.agency_name,
      `${blast.from_local_part || "hello"}@${blast.sending_domain}`,
    ),
    ...(blast.reply_to === "" ? {} : { replyTo: blast.reply_to }),
    tag: batch.blastId,
    headers: {
      // RFC 8058 one-click, RFC 2919 list id; Gmail's Feedback-ID names the blast, never the recipient.
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      "List-Id": `<${batch.agencyId}.${blast.sending_domain}>`,
      "Feedback-ID": `${batch.blastId}:${batch.agencyId}:fanfare`,
      ...(blast.direct ? {} : { Precedence: "bulk" }),
    },
  };
}

function sharedContext(blast: ClaimableBlast): SharedContext {
  return {
    agency: { name: blast.agency_name, postal_address: blast.postal_address, time_zone: blast.time_zone },
    blast: { name: blast.name, custom_message: blast.custom_message },
  };
}

function customerContext(delivery: ClaimedDelivery, unsubscribeUrl: string): CustomerContext {
  const { customer_id: id, address, first_name, last_name, locale, attributes } = delivery;
  const full_name = `${first_name} ${last_name}`.trim();
  return {
    customer: { id, email: address, first_name, last_name, full_name, locale, attributes },
    unsubscribe_url: unsubscribeUrl,
  };
}

function recipient(batch: Batch, delivery: ClaimedDelivery, variables: Record<string, string>): Recipient {
  const displayName = cleanDisplayName(`${delivery.first_name} ${delivery.last_name}`);
  const { seq, attempt, address } = delivery;
  const rid = formatRid(batch.blastId, seq, attempt);
  return displayName === ""
    ? { seq, attempt, address, rid, variables }
    : { seq, attempt, address, rid, variables, displayName };
}

function renderFailure({ seq, attempt }: ClaimedDelivery, evidence: string): Answered {
  return { seq, attempt, answer: { kind: "rejected", reason: "render_failed", evidence } };
}
