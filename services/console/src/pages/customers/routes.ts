import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";

/** Customers. */
export const customersRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/customers",
    component: lazyRouteComponent(() => import("./customers-page.tsx"), "CustomersPage"),
  }),
];
