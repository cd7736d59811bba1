import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";
import { readCustomersSearch, readSuppressionsSearch } from "./search.ts";

/** Customers, their import, lists and suppressions, and each customer. */
export const customersRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/customers",
    validateSearch: readCustomersSearch,
    component: lazyRouteComponent(() => import("./customers-page.tsx"), "CustomersPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/customers/import",
    component: lazyRouteComponent(() => import("./import/import-page.tsx"), "ImportPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/customers/lists",
    component: lazyRouteComponent(() => import("./lists/lists-page.tsx"), "ListsPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/customers/suppressions",
    validateSearch: readSuppressionsSearch,
    component: lazyRouteComponent(() => import("./suppressions/suppressions-page.tsx"), "SuppressionsPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/customers/$customerId",
    component: lazyRouteComponent(() => import("./profile/customer-page.tsx"), "CustomerPage"),
  }),
];
