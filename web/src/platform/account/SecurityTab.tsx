import { PasswordSection } from "./security/PasswordSection";
import { SessionsSection } from "./security/SessionsSection";
import { TokensSection } from "./security/TokensSection";

/** What keeps others out of my account. */
export function SecurityTab() {
  return (
    <>
      <PasswordSection />
      <SessionsSection />
      <TokensSection />
    </>
  );
}
