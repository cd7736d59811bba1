import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";
import { readCalendarSearch } from "./search.ts";

/** Calendar. */
export const calendarRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/calendar",
    validateSearch: readCalendarSearch,
    component: lazyRouteComponent(() => import("./calendar-page.tsx"), "CalendarPage"),
  }),
];
