// Names of classes are checked by the eye and the browser; the compiler knows only that they are texts.
declare module "*.module.css" {
  const classes: Record<string, string>;
  // oxlint-disable-next-line import/no-default-export -- how CSS modules are imported
  export default classes;
}
