import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";

/** The blasts of an agency, and the address without a path. */
export const blastRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/blasts" });
    },
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/blasts",
    component: lazyRouteComponent(() => import("./blasts-page.tsx"), "BlastsPage"),
  }),
];
