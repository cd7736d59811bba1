import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";

/** Templates. */
export const templatesRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/templates",
    component: lazyRouteComponent(() => import("./templates-page.tsx"), "TemplatesPage"),
  }),
];
