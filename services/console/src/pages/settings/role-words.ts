import { Role } from "#gen/fanfare/api/v1/agency_pb.js";

/** Roles in a word, with what each may do. */
export const roleWords: Record<Role, { label: string; hint: string }> = {
  [Role.UNSPECIFIED]: { label: "None", hint: "" },
  [Role.VIEWER]: { label: "Viewer", hint: "Reads everything." },
  [Role.SENDER]: { label: "Sender", hint: "Reads, writes customers and templates, and sends." },
  [Role.ADMIN]: { label: "Admin", hint: "Everything in the agency." },
};

/** Roles that can be given, the least first. */
export const givenRoles: readonly Role[] = [Role.VIEWER, Role.SENDER, Role.ADMIN];
