import { Button, Select, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type Profile } from "@/engine/api";
import { keepLanguage, refreshAccount } from "@/platform/identity/session";
import { toast } from "@/ui/feedback/Toast";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { chooseLanguage } from "@/ui/language/i18n";
import { isLanguage, languages } from "@/ui/language/languages";
import classes from "./account.module.css";

interface Props {
  readonly profile: Profile;
  readonly onSaved: () => Promise<void>;
}

export function ProfileForm({ profile, onSaved }: Props) {
  const { t, i18n } = useTranslation();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const form = useForm({
    initial: { name: profile.name, language: i18n.language, timeZone: profile.timeZone ?? here },
    check: ({ name }) => complaintsOf(requiredText("name", name, 200)),
    send: async ({ name, language, timeZone }) => {
      await api.changeProfile({ name: name.trim(), timeZone });
      if (isLanguage(language) && language !== i18n.language) {
        await chooseLanguage(language);
        await keepLanguage(language);
      }
      await refreshAccount();
      await onSaved();
      toast({ text: i18n.t("account.profile.saved") });
    },
  });
  const choice = (name: "language" | "timeZone") => {
    const { onChange, ...rest } = form.input(name);
    return {
      ...rest,
      allowDeselect: false,
      onChange: (value: string | null) => onChange({ currentTarget: { value: value ?? rest.value } }),
    };
  };
  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Stack gap="md">
        <Trouble text={form.trouble} quiet={form.isCounting} />
        <TextInput
          label={t("identity.name")}
          description={t("account.profile.nameHint")}
          autoComplete="name"
          {...form.input("name")}
        />
        <Select
          size="md"
          label={t("preferences.language")}
          data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          {...choice("language")}
        />
        <Select
          size="md"
          label={t("account.profile.timeZone")}
          description={t("account.profile.timeZoneHint")}
          searchable
          limit={100}
          nothingFoundMessage={t("common.nothingFound")}
          data={zones(profile.timeZone, here)}
          {...choice("timeZone")}
        />
        <Button type="submit" loading={form.busy} w="fit-content">
          {t("common.save")}
        </Button>
      </Stack>
    </form>
  );
}

/** Those that this browser knows, and whatever is chosen besides. */
function zones(...more: readonly (string | null)[]): readonly string[] {
  const known = [...Intl.supportedValuesOf("timeZone"), ...more.filter((zone) => zone !== null)];
  return [...new Set(known)].toSorted();
}
