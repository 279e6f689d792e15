import "i18next";
import type en from "@/locales/en.json";

// Makes every translation key a type: a key that does not exist does not compile.
declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}
