import { createRouter } from "@tanstack/react-router";
import { blastRoutes } from "../pages/blasts/routes.ts";
import { calendarRoutes } from "../pages/calendar/routes.ts";
import { controlRoutes } from "../pages/control/routes.ts";
import { creditsRoutes } from "../pages/credits/routes.ts";
import { customersRoutes } from "../pages/customers/routes.ts";
import { sendRoutes } from "../pages/send/routes.ts";
import { settingsRoutes } from "../pages/settings/routes.ts";
import { signInRoutes } from "../pages/sign-in/routes.ts";
import { templatesRoutes } from "../pages/templates/routes.ts";
import { PageFailed } from "./page-failed.tsx";
import { rootRoute, shellRoute } from "./root-route.ts";

const tree = rootRoute.addChildren([
  ...signInRoutes,
  shellRoute.addChildren([
    ...blastRoutes,
    ...sendRoutes,
    ...customersRoutes,
    ...templatesRoutes,
    ...calendarRoutes,
    ...creditsRoutes,
    ...settingsRoutes,
    ...controlRoutes,
  ]),
]);

/** Every address of the console; each area declares its own in `pages/<area>/routes.ts`. */
export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
