import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/root-route.ts";
import { readTemplateSearch } from "./search.ts";

/** Templates, a new one, and each with its versions. */
export const templatesRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/templates",
    component: lazyRouteComponent(() => import("./templates-page.tsx"), "TemplatesPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/templates/new",
    component: lazyRouteComponent(() => import("./template-page.tsx"), "NewTemplatePage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/templates/$templateId",
    validateSearch: readTemplateSearch,
    component: lazyRouteComponent(() => import("./template-page.tsx"), "TemplatePage"),
  }),
];
