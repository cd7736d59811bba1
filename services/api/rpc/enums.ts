import { Role, Standing, UnknownAddressPolicy } from "#gen/fanfare/api/v1/agency_pb.js";
import { DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerStatus, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { MissedPolicy } from "#gen/fanfare/api/v1/schedule_pb.js";
import type {
  AgencyRow,
  CustomerRow,
  DeliveryStateText,
  RoleText,
  ScheduleRow,
  SuppressionReasonText,
} from "#core/adapters/postgres/schema.ts";

export { doubtPolicyOf, doubtPolicyText } from "#core/domain/delivery/doubt-policy.ts";
export { laneOf, laneText } from "#core/domain/delivery/lane.ts";

// Rows hold words, the wire holds numbers. Each map is complete by its type; what is unspecified on the wire has a default.

type Select<T> = T extends { __select__: infer S } ? S : T;

export const roleOf: Record<RoleText, Role> = {
  viewer: Role.VIEWER,
  sender: Role.SENDER,
  admin: Role.ADMIN,
};
export const standingOf: Record<Select<AgencyRow["standing"]>, Standing> = {
  good: Standing.GOOD,
  suspended: Standing.SUSPENDED,
};
export const unknownAddressPolicyOf: Record<
  Select<AgencyRow["unknown_address_policy"]>,
  UnknownAddressPolicy
> = {
  send: UnknownAddressPolicy.SEND,
  skip: UnknownAddressPolicy.SKIP,
};
export const missedPolicyOf: Record<Select<ScheduleRow["missed_policy"]>, MissedPolicy> = {
  fire_late: MissedPolicy.FIRE_LATE,
  skip: MissedPolicy.SKIP,
};
export const suppressionReasonOf: Record<SuppressionReasonText, SuppressionReason> = {
  opted_out: SuppressionReason.OPTED_OUT,
  bounced: SuppressionReason.BOUNCED,
  complained: SuppressionReason.COMPLAINED,
  invalid: SuppressionReason.INVALID,
};
export const customerStatusOf: Record<Exclude<Select<CustomerRow["status"]>, "deleted">, CustomerStatus> = {
  active: CustomerStatus.ACTIVE,
  inactive: CustomerStatus.INACTIVE,
};
/** A pending delivery whose sequence was released reads QUEUED; the caller decides that. */
export const deliveryStateOf: Record<DeliveryStateText, DeliveryState> = {
  pending: DeliveryState.PENDING,
  sending: DeliveryState.SENDING,
  accepted: DeliveryState.ACCEPTED,
  skipped: DeliveryState.SKIPPED,
  rejected: DeliveryState.REJECTED,
  retry: DeliveryState.RETRY,
  in_doubt: DeliveryState.IN_DOUBT,
  held: DeliveryState.HELD,
};

/** The word for a number of the wire, by the map of the other direction; undefined for one that is not in it. */
export function textOf<Text extends string>(map: Record<Text, number>, value: number): Text | undefined {
  return (Object.keys(map) as Text[]).find((text) => map[text] === value);
}
