import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../../app/root-route.ts";
import { InvitationPage } from "./invitation-page.tsx";
import { SignInPage } from "./sign-in-page.tsx";

/** Pages for those who are not signed in. */
export const signInRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-in",
    component: SignInPage,
    validateSearch: (search: Record<string, unknown>): { next?: string } =>
      typeof search["next"] === "string" ? { next: search["next"] } : {},
  }),
  createRoute({ getParentRoute: () => rootRoute, path: "/invitation", component: InvitationPage }),
];
