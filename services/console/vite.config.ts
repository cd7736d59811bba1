import { defineConfig } from "vite";

// JSX is compiled by Vite's own transformer; the plugin for React would only add hot reloading of components.
// oxlint-disable-next-line import/no-default-export -- Vite reads it so
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: "automatic" } },
  build: {
    target: "es2023",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
