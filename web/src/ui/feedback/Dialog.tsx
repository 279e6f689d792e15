import { Modal, type ModalProps } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Props = Pick<
  ModalProps,
  "opened" | "onClose" | "title" | "size" | "fullScreen" | "closeOnClickOutside" | "children"
> & {
  /** For one that another dialog may wait for. */
  readonly isOnTop?: boolean;
};

/** Something that is asked or shown above the page, until it is answered or closed. */
export function Dialog({ isOnTop = false, ...props }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      {...props}
      {...(isOnTop && { zIndex: 250 })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    />
  );
}
