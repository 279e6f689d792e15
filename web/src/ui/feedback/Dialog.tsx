import { Modal, type ModalProps } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Props = Pick<
  ModalProps,
  "opened" | "onClose" | "title" | "size" | "fullScreen" | "closeOnClickOutside" | "children"
>;

/** Something that is asked or shown above the page, until it is answered or closed. */
export function Dialog(props: Props) {
  const { t } = useTranslation();
  return <Modal {...props} closeButtonProps={{ "aria-label": t("common.close") }} />;
}
