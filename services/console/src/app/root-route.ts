import { createRootRoute, createRoute, Outlet, retainSearchParams } from "@tanstack/react-router";
import { actFor } from "../connect/acting-agency.ts";
import { NotFound } from "./not-found.tsx";
import { Shell } from "./shell.tsx";

/** What every address may carry: the agency an operator acts for, kept from page to page. */
export type RootSearch = { agency?: string };

/** Above everything; tells the transport whom to act for before a page loads. */
export const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): RootSearch =>
    typeof search["agency"] === "string" ? { agency: search["agency"] } : {},
  search: { middlewares: [retainSearchParams(["agency"])] },
  beforeLoad: ({ search }) => actFor(search.agency),
});

/** Above every page that needs somebody signed in. */
export const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: "shell", component: Shell });
