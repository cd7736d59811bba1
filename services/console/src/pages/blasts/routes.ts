import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";
import { readBlastListSearch } from "./list-search.ts";
import { readBlastSearch } from "./search.ts";

const blastRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/blasts/$blastId",
  validateSearch: readBlastSearch,
  component: lazyRouteComponent(() => import("./blast-page.tsx"), "BlastPage"),
});

/** The blasts of an agency, each blast, each delivery, and the address without a path. */
export const blastRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/blasts" });
    },
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/blasts",
    validateSearch: readBlastListSearch,
    component: lazyRouteComponent(() => import("./blasts-page.tsx"), "BlastsPage"),
  }),
  blastRoute.addChildren([
    createRoute({
      getParentRoute: () => blastRoute,
      path: "/deliveries/$sequence",
      component: lazyRouteComponent(() => import("./explain-drawer.tsx"), "ExplainDrawer"),
    }),
  ]),
];
