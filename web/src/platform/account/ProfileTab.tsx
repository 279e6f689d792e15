import { Skeleton } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Profile, problemOf } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { Section } from "@/ui/layout/Page";
import type { Complaint } from "@/ui/record/validate";
import { AddressSection } from "./AddressSection";
import { PictureField } from "./PictureField";
import { ProfileForm } from "./ProfileForm";

/** How I am called, and how I read. */
export function ProfileTab() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [profile, setProfile] = useState<Profile | null>(null);
  const [problem, setProblem] = useState<Complaint | null>(null);
  const [saved, setSaved] = useState(0);
  const load = useCallback(async () => {
    setProblem(await problemOf(api.profile().then(setProfile)));
    // A form is sent once; the next change begins with a new one.
    setSaved((before) => before + 1);
  }, []);
  useEffect(() => void load(), [load]);
  return (
    <>
      <Section title={t("account.profile.title")} lead={t("account.profile.lead")}>
        <Trouble mt="sm" text={problem === null ? null : problemText(problem)} />
        {profile === null && problem === null && <Skeleton h={56} mt="sm" radius="md" />}
        <PictureField />
        {profile !== null && <ProfileForm key={saved} profile={profile} onSaved={load} />}
      </Section>
      <AddressSection />
    </>
  );
}
