// The pages for who is not in a workspace, as one file to load.
export {
  ConfirmAddressPage,
  UndoAddressPage,
  VerifyAddressPage,
} from "@/platform/identity/address/AddressLinkPage";
export { ForgotPage } from "@/platform/identity/ForgotPage";
export { JoinPage } from "@/platform/identity/JoinPage";
export { KeepPage } from "@/platform/identity/KeepPage";
export { LeavingPage } from "@/platform/identity/LeavingPage";
export { ResetPage } from "@/platform/identity/ResetPage";
export { SignInPage } from "@/platform/identity/SignInPage";
export { SignUpPage } from "@/platform/identity/SignUpPage";
export { VerifyPage } from "@/platform/identity/VerifyPage";
export { NewWorkspacePage } from "@/platform/workspaces/NewWorkspacePage";
export { LandingPage } from "./landing/LandingPage";
