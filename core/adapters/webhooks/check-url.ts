import { isPublicAddress, literalAddress } from "./public-address.ts";

/**
 * Why a URL cannot be an end point, as the end of a sentence about it; undefined when it can. What its name resolves to is looked at
 * when a message is sent, for that may change. `allowPrivate` is for development: then http and private addresses will do.
 */
export function urlProblem(text: string, allowPrivate: boolean): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return "is no URL";
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:")) return "is not https";
  if (url.username !== "" || url.password !== "") return "holds a user name or password";
  if (url.hash !== "") return "holds a fragment, which is never sent";
  const address = literalAddress(url.hostname);
  if (address !== undefined && !allowPrivate && !isPublicAddress(address))
    return "is no address of the public internet";
  return undefined;
}
