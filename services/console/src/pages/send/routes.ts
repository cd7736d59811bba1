import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";

/** What the address of the send page says: which draft. */
export type SendSearch = { draft?: string; list?: string; template?: string };

/** Writing a blast. `list` and `template` begin a draft with them. */
export const sendRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/send",
    validateSearch: (search: Record<string, unknown>): SendSearch => ({
      ...textOf("draft", search),
      ...textOf("list", search),
      ...textOf("template", search),
    }),
    // Every draft has an address from its beginning, so that a reload finds it.
    beforeLoad: ({ search }) => {
      if (search.draft !== undefined) return;
      throw redirect({ to: "/send", search: { ...search, draft: crypto.randomUUID() }, replace: true });
    },
    component: lazyRouteComponent(() => import("./send-page.tsx"), "SendPage"),
  }),
];

function textOf<K extends string>(key: K, search: Record<string, unknown>): { [key in K]?: string } {
  const value = search[key];
  return typeof value === "string" && value !== "" ? ({ [key]: value } as { [key in K]: string }) : {};
}
