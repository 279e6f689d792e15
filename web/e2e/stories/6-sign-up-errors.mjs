import assert from "node:assert/strict";
import { complains, speakGerman } from "../support/forms.mjs";
import { connection, fill, founder, inviteLink, password } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { english, german } from "../support/texts.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });

story(
  import.meta,
  "A refused sign-up says at each field what is wrong, in English and in German",
  async (world) => {
    world.expectInConsole(/status of 422 .*\/api\/sign-up$/u, /status of 409 .*\/api\/sign-up$/u);
    const { email: taken } = await founder(world);
    const page = await world.newcomer();
    await page.goto("/sign-up");
    await button(page, english("identity.signUp")).click();
    const labels = (t) => ["name", "workspace", "email", "password"].map((name) => t(`identity.${name}`));
    for (const label of labels(english)) await complains(page, label, english("errors.field.required"));

    const [name, workspace, email, secret] = labels(english);
    await page.getByText(english("identity.passwordHint", { min: 15 })).waitFor();
    await fill(page, {
      [name]: "Mira",
      [workspace]: "Nordlicht",
      [email]: "mira at nordlicht",
      [secret]: "short",
    });
    await button(page, english("identity.signUp")).click();
    await complains(page, email, english("errors.field.malformed"));
    await fill(page, { [email]: taken });
    await button(page, english("identity.signUp")).click();
    await complains(page, secret, english("errors.password.too_short", { min: 15 }));
    await fill(page, { [secret]: "passwordpassword" });
    await button(page, english("identity.signUp")).click();
    await complains(page, secret, english("errors.password.too_common"));

    await speakGerman(page);
    await complains(page, german("identity.password"), german("errors.password.too_common"));
    await fill(page, { [german("identity.password")]: password });
    await button(page, german("identity.signUp")).click();
    await complains(page, german("identity.email"), german("errors.sign_up.address_taken"));
    await fill(page, { [german("identity.email")]: `free.${taken}` });
    await button(page, german("identity.signUp")).click();
    await page.getByRole("heading", { name: german("home.hello", { name: "Mira" }) }).waitFor();
  },
);

story(import.meta, "A wrong password is refused in words, and the right one still works", async (world) => {
  world.expectInConsole(/status of 401 .*\/api\/sign-in$/u);
  const { email, name } = await founder(world);
  const page = await world.newcomer();
  await page.goto("/sign-in");
  await fill(page, { [english("identity.email")]: email, [english("identity.password")]: `${password}!` });
  await button(page, english("identity.signIn")).click();
  await page.getByRole("alert").getByText(english("errors.sign_in.refused")).waitFor();

  await speakGerman(page);
  await page.getByRole("alert").getByText(german("errors.sign_in.refused")).waitFor();
  await fill(page, { [german("identity.password")]: password });
  await button(page, german("identity.signIn")).click();
  await page.getByRole("heading", { name: german("home.hello", { name }) }).waitFor();
});

story(import.meta, "A link works for one person; the second is told so", async (world) => {
  world.expectInConsole(/status of 404 .*\/api\/invites\/look$/u);
  const mira = await founder(world);
  const link = await inviteLink(mira, "member");
  await mira.page.getByRole("link", { name: english("people.title") }).click();
  const open = mira.page.getByRole("list", { name: english("invites.open") });
  await open.waitFor();
  const first = await world.newcomer();
  const invited = first.getByRole("heading", {
    name: english("join.invitedTo", { workspace: "Nordlicht Studio" }),
  });
  await first.goto(link);
  await invited.waitFor();
  assert.equal(new URL(first.url()).hash, "", "The secret stays in the address.");
  await first.reload();
  await invited.waitFor();
  await first.evaluate((address) => location.assign(address), link);
  await first.waitForURL((address) => address.hash === "");
  await invited.waitFor();
  await first.goto("/sign-up");
  await first.goBack();
  await fill(first, {
    [english("identity.name")]: "Tomás Okafor",
    [english("identity.email")]: `tomas.${mira.email}`,
    [english("identity.password")]: password,
  });
  await button(first, english("identity.signUpAndJoin")).click();
  await connection(first, "live").waitFor();
  await open.waitFor({ state: "detached" });
  await mira.page.getByText(english("invites.none")).waitFor();
  assert.ok(!JSON.stringify(await first.evaluate(() => history.state)).includes(new URL(link).hash.slice(1)));

  const second = await world.newcomer();
  await second.goto(link);
  await second.getByRole("heading", { name: english("join.refused") }).waitFor();
  await second.getByText(english("errors.invite.not_valid")).waitFor();
  await speakGerman(second);
  await second.getByText(german("errors.invite.not_valid")).waitFor();
});
