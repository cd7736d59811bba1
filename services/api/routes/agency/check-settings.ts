import { Code } from "@connectrpc/connect";
import type { AgencySettings } from "#gen/fanfare/api/v1/agency_pb.js";
import { normaliseAddress } from "#core/domain/address/normalise-address.ts";
import { normaliseDomain } from "#core/domain/address/normalise-domain.ts";
import { doubtPolicyOf, textOf, unknownAddressPolicyOf } from "../../rpc/enums.ts";
import { fail } from "../../rpc/fail.ts";
import { checkTimeZone } from "../../rpc/time-zone.ts";

/** Columns of an agency that its settings fill. */
export type SettingsColumns = ReturnType<typeof checkSettings>;

// A line break in what becomes a header would begin another header.
const controlCharacter = /\p{Cc}/u;

/** Settings as they are stored. Throws InvalidArgument for what the contract's rules cannot say. */
export function checkSettings(settings: AgencySettings) {
  for (const [field, text] of [
    ["settings.name", settings.name],
    ["settings.from_name", settings.fromName],
  ] as const) {
    if (controlCharacter.test(text)) {
      throw invalid(field, "It holds a line break or another control character.", "Write it in one line.");
    }
  }
  return {
    name: settings.name.trim(),
    sending_domain: domainOf(settings.sendingDomain),
    from_name: settings.fromName.trim(),
    from_local_part: settings.fromLocalPart || "hello",
    reply_to: replyToOf(settings.replyTo),
    postal_address: settings.postalAddress.trim(),
    time_zone: checkTimeZone(settings.timeZone, "settings.time_zone"),
    doubt_policy: textOf(doubtPolicyOf, settings.doubtPolicy) ?? "hold",
    unknown_address_policy: textOf(unknownAddressPolicyOf, settings.unknownAddressPolicy) ?? "send",
    verify_addresses: settings.verifyAddresses,
    undo_seconds: settings.undoSeconds,
  } as const;
}

function domainOf(text: string): string {
  const read = normaliseDomain(text);
  if (read.ok) return read.domain;
  throw invalid(
    "settings.sending_domain",
    `${JSON.stringify(text)} is no domain that mail can leave from.`,
    "Write the domain as it is set up at the provider, for example mail.example.com.",
  );
}

function replyToOf(text: string): string {
  if (text.trim() === "") return "";
  const read = normaliseAddress(text);
  if (read.ok) return read.address;
  throw invalid("settings.reply_to", read.message, "Leave it empty to have replies go to the from address.");
}

function invalid(field: string, message: string, hint: string) {
  return fail(Code.InvalidArgument, { reason: "invalid_settings", field, message, hint });
}
