// The pages for who is not in a workspace, as one file to load.
export { JoinPage } from "@/platform/identity/JoinPage";
export { SignInPage } from "@/platform/identity/SignInPage";
export { SignUpPage } from "@/platform/identity/SignUpPage";
export { NewWorkspacePage } from "@/platform/workspaces/NewWorkspacePage";
export { LandingPage } from "./landing/LandingPage";
