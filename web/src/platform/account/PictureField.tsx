import { Button, FileButton, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, problemOf } from "@/engine/api";
import { useAccount } from "@/platform/identity/session";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import { putPicture, usePicture } from "@/ui/people/pictures";
import { squareOf } from "./square";

/** My picture, chosen from a file. A small square of it leaves the browser, and nothing else that the file holds. */
export function PictureField() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const account = useAccount();
  const [trouble, setTrouble] = useState<string | null>(null);
  const picture = usePicture(account?.user.id ?? "");
  if (account === null) return null;
  const { user } = account;

  async function choose(file: File | null): Promise<void> {
    if (file === null) return;
    const image = await squareOf(file);
    if (image === null) return setTrouble(t("account.picture.unreadable"));
    const problem = await problemOf(api.setPicture(image).then(({ hash }) => putPicture(user.id, hash)));
    setTrouble(problem === null ? null : problemText(problem));
  }

  async function remove(): Promise<void> {
    const problem = await problemOf(api.removePicture().then(() => putPicture(user.id, null)));
    setTrouble(problem === null ? null : problemText(problem));
  }

  return (
    <>
      <Group mt="md" gap="md">
        <PersonAvatar person={user} size={64} bare />
        <div>
          <Group gap="xs">
            <FileButton onChange={(file) => void choose(file)} accept="image/png,image/jpeg,image/webp">
              {(props) => (
                <Button {...props} variant="default" size="xs">
                  {t("account.picture.choose")}
                </Button>
              )}
            </FileButton>
            {picture !== null && (
              <Button variant="subtle" color="gray" size="xs" onClick={() => void remove()}>
                {t("account.picture.remove")}
              </Button>
            )}
          </Group>
          <Text fz="sm" c="dimmed" mt={4}>
            {t("account.picture.hint")}
          </Text>
        </div>
      </Group>
      <Trouble mt="sm" text={trouble} />
    </>
  );
}
