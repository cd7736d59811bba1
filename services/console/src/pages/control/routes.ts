import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";

/** The operators' control room. */
export const controlRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/control/queues",
    component: lazyRouteComponent(() => import("./queues-page.tsx"), "QueuesPage"),
  }),
];
