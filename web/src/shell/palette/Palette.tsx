import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Palette.module.css";
import { PaletteResults } from "./PaletteResults";

/** The palette's own store, so that opening it is a function and not a hook. */
const [store, paletteStore] = createSpotlight();

export { paletteStore };

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
      maxHeight={440}
      classNames={{ content: classes.content ?? "", search: classes.search ?? "" }}
    >
      <Spotlight.Search
        placeholder={t("palette.hint")}
        aria-label={t("palette.hint")}
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        <PaletteResults query={query} />
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
