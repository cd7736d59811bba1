import { DoubtPolicy } from "#gen/fanfare/options/v1/doubt_policy_pb.js";

/** Policies as rows hold them. */
export const doubtPolicyOf = { hold: DoubtPolicy.HOLD, resend: DoubtPolicy.RESEND } as const;

/** The word for a policy; undefined for DOUBT_POLICY_UNSPECIFIED, which leaves it to the agency. */
export function doubtPolicyText(policy: DoubtPolicy): keyof typeof doubtPolicyOf | undefined {
  if (policy === DoubtPolicy.HOLD) return "hold";
  return policy === DoubtPolicy.RESEND ? "resend" : undefined;
}
