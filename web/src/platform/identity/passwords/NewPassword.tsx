import { PasswordInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FormProps } from "@/ui/forms/useForm";
import { type Judgement, judge, readCommon, shortestPassword } from "./rules";
import classes from "./strength.module.css";

interface Props {
  readonly label?: string;
  readonly autoFocus?: boolean;
  readonly input: ReturnType<FormProps<string>["input"]>;
  /** What a stranger knows of the person: name, address, name of the workspace. */
  readonly about: readonly (string | null | undefined)[];
}

const steps = { short: 1, common: 1, fair: 2, good: 3 } as const;

/** A password that is chosen: what is wrong with it, and what would help, is said while it is typed. */
export function NewPassword({ label, autoFocus = false, input, about }: Props) {
  const { t } = useTranslation();
  const common = useCommon(input.value !== "");
  const judged = input.value === "" ? null : judge(input.value, about, common);
  return (
    <div>
      <PasswordInput
        label={label ?? t("identity.password")}
        autoFocus={autoFocus}
        description={t("identity.passwordHint", { min: shortestPassword })}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("identity.showPassword") }}
        {...input}
      />
      <div className={classes.strength} data-verdict={judged?.verdict}>
        {judged !== null && (
          <div className={classes.bar} aria-hidden>
            {[1, 2, 3].map((step) => (
              <span key={step} data-reached={step <= steps[judged.verdict] || undefined} />
            ))}
          </div>
        )}
        <div role="status" className={classes.words}>
          {judged !== null && <Words judged={judged} />}
        </div>
      </div>
    </div>
  );
}

function Words({ judged: { verdict, missing, isAboutOneself } }: { readonly judged: Judgement }) {
  const { t } = useTranslation();
  const words =
    verdict === "short"
      ? t("identity.strength.short", { count: missing })
      : t(`identity.strength.${verdict}`);
  const isRefused = verdict === "short" || verdict === "common";
  return (
    <>
      {words}
      {isRefused && isAboutOneself && ` ${t("identity.strength.oneself")}`}
    </>
  );
}

/** The passwords that people choose most, once somebody chooses one. */
function useCommon(isWanted: boolean): ReadonlySet<string> {
  const [common, setCommon] = useState<ReadonlySet<string>>(none);
  useEffect(() => {
    if (!isWanted) return;
    let isHere = true;
    // Without it the server still refuses what stands on it.
    void import("../../../../../contract/passwords/common.txt?raw").then(
      ({ default: list }) => {
        if (isHere) setCommon(readCommon(list));
      },
      () => undefined,
    );
    return () => {
      isHere = false;
    };
  }, [isWanted]);
  return common;
}

const none: ReadonlySet<string> = new Set();
