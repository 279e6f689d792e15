import { Modal, VisuallyHidden } from "@mantine/core";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reachable } from "@/ui/scrolling";
import classes from "./Palette.module.css";
import { PaletteResults } from "./PaletteResults";

/** The palette's own store, so that opening it is a function and not a hook. */
const [store, paletteStore] = createSpotlight();

export { paletteStore };

/** As soon as it is there: Mantine waits a moment, in which the first letters would go to the page below. */
function focusAtOnce(input: HTMLInputElement | null) {
  input?.focus({ preventScroll: true });
}

/** Ctrl+K: everything that can be done here, and everyone that can be found. */
export function Palette() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      centered={false}
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      yOffset="12vh"
      transitionProps={{ transition: "pop", duration: 100 }}
      maxHeight={440}
      classNames={{
        content: classes.content ?? "",
        search: classes.search ?? "",
        action: classes.action ?? "",
        actionsGroup: classes.group ?? "",
      }}
    >
      <VisuallyHidden>
        <Modal.Title>{t("actions.palette")}</Modal.Title>
      </VisuallyHidden>
      <Spotlight.Search
        ref={focusAtOnce}
        placeholder={t("palette.hint")}
        aria-label={t("palette.hint")}
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList {...reachable}>
        <PaletteResults query={query} />
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
