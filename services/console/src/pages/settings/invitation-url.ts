/** The link by which somebody sets a password. The token stands behind the `#`, which no server logs. */
export function invitationUrl(token: string): string {
  return `${location.origin}/invitation#${token}`;
}
