import { useTranslation } from "react-i18next";
import { useEngine, useMe, useRecord } from "@/engine/react";
import type { View } from "@/engine/types";
import { Page, Section } from "@/ui/layout/Page";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { FieldRow } from "@/ui/record/FieldRow";
import { InlineText } from "@/ui/record/InlineText";
import { useField } from "@/ui/record/useField";
import { ExportSection } from "./ExportSection";
import { FieldsSection } from "./fields/FieldsSection";

/** What concerns the workspace as a whole. */
export function SettingsPage() {
  const { t } = useTranslation();
  const { workspace } = useEngine();
  const { me } = useMe();
  const record = useRecord("access.workspace", workspace);
  usePageTitle(t("settings.title"));
  return (
    <Page title={t("settings.title")} lead={t("settings.lead")}>
      {record && <NameSection workspace={record} />}
      <FieldsSection />
      {me?.role === "owner" && <ExportSection />}
    </Page>
  );
}

function NameSection({ workspace }: { workspace: View<"access.workspace"> }) {
  const { t } = useTranslation();
  const field = useField(workspace, "name");
  const label = t("settings.name");
  return (
    <Section title={t("settings.general")}>
      <dl>
        <FieldRow label={label} field={field}>
          <InlineText field={field} label={label} placeholder={label} />
        </FieldRow>
      </dl>
    </Section>
  );
}
