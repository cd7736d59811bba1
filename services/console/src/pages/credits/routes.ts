import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";

/** Credits. */
export const creditsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/credits",
    component: lazyRouteComponent(() => import("./credits-page.tsx"), "CreditsPage"),
  }),
];
