import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";

/** Send. */
export const sendRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/send",
    component: lazyRouteComponent(() => import("./send-page.tsx"), "SendPage"),
  }),
];
