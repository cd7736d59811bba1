import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";
import { readSettingsSearch } from "./search.ts";

/** Settings. */
export const settingsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/settings",
    validateSearch: readSettingsSearch,
    component: lazyRouteComponent(() => import("./settings-page.tsx"), "SettingsPage"),
  }),
];
