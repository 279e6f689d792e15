import "@fontsource-variable/inter/opsz.css";
// As a layer, so that our own styles win whatever the order in which the files arrive.
import "@mantine/core/styles.layer.css";
import "@mantine/spotlight/styles.layer.css";
import "@/ui/base.css";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { whenProofIsRequired } from "@/engine/api";
import { leaveFor } from "@/platform/identity/leave";
import { ProofGate } from "@/platform/identity/proof/ProofGate";
import { askForProof } from "@/platform/identity/proof/proof";
import { onSignedOutElsewhere } from "@/platform/identity/session";
import { followVersions } from "@/platform/offline/versions";
import { router } from "@/shell/router";
import { followSystemLook } from "@/ui/appearance";
import { startLanguage } from "@/ui/language/i18n";
import { UiProvider } from "@/ui/UiProvider";

// A page that the browser took out of its memory may show what someone saw before signing out.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) window.location.reload();
});

followSystemLook();
onSignedOutElsewhere(() => leaveFor("/"));
whenProofIsRequired(askForProof);
void followVersions();

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root.");

await startLanguage();
createRoot(place).render(
  <StrictMode>
    <UiProvider>
      <RouterProvider router={router} />
      <ProofGate />
    </UiProvider>
  </StrictMode>,
);
