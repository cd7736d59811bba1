import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";

/** Calendar. */
export const calendarRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/calendar",
    component: lazyRouteComponent(() => import("./calendar-page.tsx"), "CalendarPage"),
  }),
];
