import type { ParseKeys, TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "@/ui/language/formats";
import { madeOnce } from "@/ui/language/madeOnce";
import type { Complaint } from "@/ui/record/validate";

const either = madeOnce((language) => new Intl.ListFormat(language, { type: "disjunction" }));

/**
 * A refusal in the words of the person, by its code; the developers' `detail` never reaches the screen. How long to wait
 * (`retryAfter`, in seconds) is in whole minutes where it is long, and never said shorter than it is.
 */
export function problemText(t: TFunction, language: string, problem: Complaint): string {
  const seconds = problem.params?.retryAfter;
  const wait =
    typeof seconds === "number"
      ? { wait: duration(language, seconds < 60 ? seconds : Math.ceil(seconds / 60) * 60) }
      : {};
  const params = Object.fromEntries(
    Object.entries(problem.params ?? {}).map(([name, value]) => [
      name,
      Array.isArray(value) ? either(language).format(value.map(String)) : value,
    ]),
  );
  const key: ParseKeys = `errors.${problem.code}`;
  // A server newer than this page may refuse with a code that the page has never heard of.
  return t(key, { ...params, ...wait, defaultValue: t("errors.server.error") });
}

export function useProblemText(): (problem: Complaint) => string {
  const { t, i18n } = useTranslation();
  return useCallback((problem) => problemText(t, i18n.language, problem), [t, i18n.language]);
}
