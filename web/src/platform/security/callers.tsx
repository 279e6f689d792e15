import { useTranslation } from "react-i18next";

/** A network as the server writes it; a single machine without the length of its prefix. */
export const addressText = (address: string): string => address.replace(/\/(?:32|128)$/u, "");

/** In whatever language, it is read from the left. */
export function NetworkAddress({ address }: { readonly address: string }) {
  return <bdi dir="ltr">{addressText(address)}</bdi>;
}

/** "Chrome on Linux" in words: the server says in English what a request came from, and the names are the same everywhere. */
export function useAgentText(): (agent: string) => string {
  const { t } = useTranslation();
  return (agent) => {
    const [browser = "", system] = agent.split(" on ");
    const name = browser === "Other" ? t("agents.other") : browser;
    return system === undefined ? name : t("agents.on", { browser: name, system });
  };
}
