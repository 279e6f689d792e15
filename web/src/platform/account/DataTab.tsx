import { DeletionSection } from "./data/DeletionSection";
import { ExportSection } from "./data/ExportSection";

/** What the server holds of me: as a file, and how it goes. */
export function DataTab() {
  return (
    <>
      <ExportSection />
      <DeletionSection />
    </>
  );
}
