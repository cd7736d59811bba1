/** The agency an operator acts for, sent with every call; users have one of their own and send none. */
let agencyId: string | undefined;

/** Header by which an operator names an agency. */
export const agencyHeader = "fanfare-agency";

/** Set by the router from the search parameter `agency`, before a page loads. */
export function actFor(id: string | undefined): void {
  agencyId = id;
}

/** The agency acted for; undefined for users, and for operators who chose none. */
export function actingAgency(): string | undefined {
  return agencyId;
}
