import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const paths = {
  browser: here("../../dist/"),
  guide: here("../../../docs/en/guide/pictures/"),
  host: here("../../../server/Host/bin/Release/net10.0/holdfast.dll"),
  locales: here("../../src/locales/"),
  pictures: here("../pictures/"),
  router: here("../../src/shell/router.tsx"),
  results: here("../results/"),
  stories: here("../stories/"),
};
