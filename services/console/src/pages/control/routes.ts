import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";
import { readAgenciesSearch, readErrorsSearch } from "./search.ts";

const errorsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/control/errors",
  validateSearch: readErrorsSearch,
  component: lazyRouteComponent(() => import("./errors/errors-page.tsx"), "ErrorsPage"),
});

/** The operators' control room. */
export const controlRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/control/queues",
    component: lazyRouteComponent(() => import("./queues/queues-page.tsx"), "QueuesPage"),
  }),
  errorsRoute.addChildren([
    createRoute({
      getParentRoute: () => errorsRoute,
      path: "/$deadLetterId",
      component: lazyRouteComponent(() => import("./errors/dead-letter-drawer.tsx"), "DeadLetterDrawer"),
    }),
  ]),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/control/agencies",
    validateSearch: readAgenciesSearch,
    component: lazyRouteComponent(() => import("./agencies/agencies-page.tsx"), "AgenciesPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/control/agencies/$agencyId",
    component: lazyRouteComponent(() => import("./agencies/agency-page.tsx"), "AgencyPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/control/doubts",
    component: lazyRouteComponent(() => import("./doubts/doubts-page.tsx"), "DoubtsPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/control/schedules",
    component: lazyRouteComponent(() => import("./schedules/schedules-page.tsx"), "SchedulesPage"),
  }),
];
