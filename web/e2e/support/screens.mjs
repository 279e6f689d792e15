import { value } from "./customers.mjs";
import { connection, fill } from "./people.mjs";

const heading = (page, name) => page.getByRole("heading", { name }).first().waitFor();

async function inWorkspace(page, path) {
  await page.goto(path);
  await connection(page, "live").waitFor();
}

async function customer(page, { paths }) {
  await inWorkspace(page, paths.customer);
  await page.getByRole("region", { name: "Harbour Works" }).waitFor();
}

/**
 * Every screen there is: what it is called, who looks at it, and how they get there. `t` speaks the language of the
 * page. `main` ones are looked at in every language.
 */
export const screens = [
  {
    name: "landing",
    who: "stranger",
    main: true,
    async open(page, { t }) {
      await page.goto("/");
      await heading(page, t("landing.claim"));
    },
  },
  {
    name: "sign-up",
    who: "stranger",
    main: true,
    async open(page, { t }) {
      await page.goto("/sign-up");
      await heading(page, t("identity.signUpTitle"));
    },
  },
  {
    name: "sign-up-refused",
    who: "stranger",
    async open(page, { t }) {
      await page.getByRole("button", { name: t("identity.signUp"), exact: true }).click();
      await page.getByText(t("errors.field.required")).first().waitFor();
    },
  },
  {
    name: "sign-in",
    who: "stranger",
    async open(page, { t }) {
      await page.goto("/sign-in");
      await heading(page, t("identity.signInTitle"));
    },
  },
  {
    name: "forgot",
    who: "stranger",
    main: true,
    async open(page, { t }) {
      await page.goto("/forgot");
      await heading(page, t("forgot.title"));
    },
  },
  {
    name: "forgot-sent",
    who: "stranger",
    async open(page, { t }) {
      await fill(page, { [t("identity.email")]: "mira@example.com" });
      await page.getByRole("button", { name: t("forgot.send"), exact: true }).click();
      await heading(page, t("forgot.sentTitle"));
    },
  },
  {
    name: "reset-refused",
    who: "stranger",
    async open(page, { t }) {
      // From elsewhere, as with an invite.
      await page.goto("/");
      await page.goto("/reset");
      await heading(page, t("reset.refused"));
    },
  },
  {
    name: "verify-refused",
    who: "stranger",
    async open(page, { t }) {
      await page.goto("/");
      await page.goto("/verify");
      await heading(page, t("verify.title"));
    },
  },
  ...["verify", "confirm", "undo"].map((link) => ({
    name: `address-${link}-refused`,
    who: "stranger",
    async open(page, { t }) {
      await page.goto("/");
      await page.goto(`/address/${link}`);
      await heading(page, t(`address.${link}.title`));
    },
  })),
  {
    name: "join",
    who: "stranger",
    main: true,
    async open(page, { t, links }) {
      await page.goto(links.open);
      await heading(page, t("join.invitedTo", { workspace: "Nordlicht Studio" }));
    },
  },
  {
    name: "join-refused",
    who: "stranger",
    async open(page, { t }) {
      // From elsewhere: the same address once more would still know the invite.
      await page.goto("/");
      await page.goto("/join");
      await heading(page, t("join.refused"));
    },
  },
  {
    name: "not-found",
    who: "stranger",
    async open(page, { t }) {
      await page.goto("/no/such/page");
      await heading(page, t("notFound.title"));
    },
  },
  {
    name: "new-workspace",
    who: "owner",
    async open(page, { t }) {
      await page.goto("/new-workspace");
      await heading(page, t("workspaces.newTitle"));
    },
  },
  {
    name: "customers-empty",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.empty);
      await heading(page, t("customers.empty.title"));
    },
  },
  {
    name: "customers",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.customers);
      await page
        .getByRole("grid", { name: t("customers.title") })
        .getByText("Harbour Works")
        .waitFor();
    },
  },
  {
    name: "customers-none-match",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, `${paths.customers}?q=zebra`);
      await heading(page, t("list.none.title"));
    },
  },
  {
    name: "customers-filtered",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(
        page,
        `${paths.customers}?status=%5B"lead"%2C"active"%5D&tags=retainer&sort=-updatedAt`,
      );
      await page.getByRole("button", { name: t("list.filter.clear"), exact: true }).waitFor();
    },
  },
  {
    name: "customers-filter",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, `${paths.customers}?status=lead`);
      await page
        .getByRole("button", { name: new RegExp(`^${t("list.filter.title")}`, "u") })
        .first()
        .click();
      await page.getByRole("combobox", { name: t("records.solo.customer.fields.currency") }).waitFor();
    },
  },
  {
    name: "customers-columns",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.customers);
      await page.getByRole("button", { name: t("list.columns") }).click();
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "customers-view",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, `${paths.customers}?status=active`);
      await page
        .getByRole("button", { name: t("list.views.choose", { view: t("list.views.title") }) })
        .click();
      await page.getByRole("menuitem", { name: t("list.views.save") }).click();
      await page.getByRole("textbox", { name: t("list.views.name") }).fill("Work in hand");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: t("list.views.choose", { view: "Work in hand" }) }).click();
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "customers-selected",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.customers);
      for (const key of ["j", "j", "x", "Shift+ArrowDown", "Shift+ArrowDown"]) await page.keyboard.press(key);
      await page.getByRole("toolbar", { name: t("list.selection") }).waitFor();
    },
  },
  {
    name: "customers-change",
    who: "owner",
    async open(page, { t }) {
      await page.getByRole("button", { name: t("list.bulk.change"), exact: true }).click();
      const status = t("list.bulk.changeField", { field: t("records.solo.customer.fields.status") });
      await page.getByRole("menuitem", { name: status }).click();
      await page.getByRole("dialog", { name: status }).waitFor();
    },
  },
  {
    name: "customers-row",
    who: "owner",
    async open(page, { t, paths }) {
      await page.setViewportSize({ width: 375, height: 812 });
      await inWorkspace(page, paths.customers);
      await page.getByRole("button", { name: t("list.more", { name: "Café Marea" }) }).click();
      await page.getByRole("dialog", { name: "Café Marea" }).waitFor();
    },
  },
  {
    name: "new-customer",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.customers);
      await page.keyboard.press("n");
      await page.getByRole("dialog", { name: t("customers.new.title") }).waitFor();
    },
  },
  {
    name: "customers-hidden",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, `${paths.customers}?status=lost`);
      await page.keyboard.press("n");
      await page.getByRole("textbox", { name: t("records.solo.customer.fields.name") }).fill("Zwick Optik");
      await page.keyboard.press("Enter");
      await page.getByText(t("list.hidden", { name: "Zwick Optik" })).waitFor();
    },
  },
  { name: "customer", who: "owner", main: true, open: customer },
  {
    name: "customer-editing",
    who: "owner",
    async open(page, cast) {
      await customer(page, cast);
      await value(page, "email").click();
      const editor = page.getByRole("textbox", {
        name: cast.t("records.solo.customer.fields.email"),
        exact: true,
      });
      await editor.fill("office at harbour");
      await editor.press("Enter");
      await page.getByText(cast.t("errors.field.malformed")).waitFor();
    },
  },
  {
    name: "customer-delete",
    who: "owner",
    async open(page, cast) {
      await customer(page, cast);
      await page.keyboard.press("Control+Delete");
      await page
        .getByRole("dialog", { name: cast.t("record.delete.cannot", { name: "Harbour Works" }) })
        .waitFor();
    },
  },
  ...["notes", "projects", "history"].map((tab) => ({
    name: `customer-${tab}`,
    who: "owner",
    main: tab === "notes",
    async open(page, cast) {
      await customer(page, cast);
      const key = { notes: "customers.tabs.notes", projects: "projects.title", history: "history.title" }[
        tab
      ];
      await page.getByRole("tab", { name: new RegExp(`^${cast.t(key)}`, "u") }).click();
      const list = page.getByRole("tabpanel").getByRole("list", { name: cast.t(key) });
      await list.getByRole("listitem").first().waitFor();
    },
  })),
  {
    name: "customer-contact",
    who: "owner",
    async open(page, cast) {
      await customer(page, cast);
      await page.getByRole("button", { name: /^Ana Souza/u }).click();
      await page.getByRole("button", { name: cast.t("addresses.add"), exact: true }).click();
      await page.getByRole("textbox", { name: cast.t("records.solo.address.fields.city") }).waitFor();
    },
  },
  {
    name: "customer-merge",
    who: "owner",
    async open(page, cast) {
      await customer(page, cast);
      await page
        .getByRole("region", { name: "Harbour Works" })
        .getByRole("button", { name: cast.t("list.more", { name: "Harbour Works" }) })
        .click();
      await page.getByRole("menuitem", { name: cast.t("actions.mergeRecord") }).click();
      await page.getByRole("combobox", { name: cast.t("merge.into") }).fill("Okafor");
      await page.getByRole("option", { name: "Okafor Legal" }).click();
      await page.getByText(cast.t("merge.take"), { exact: true }).waitFor();
    },
  },
  {
    name: "import",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.customers);
      await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
      await page.getByRole("menuitem", { name: t("transfer.import") }).click();
      const text = "Name;E-mail;Shoe size\nPaper & Co;at nowhere;44\nLund Optik;;";
      const file = { name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
      await page.getByRole("dialog").locator('input[type="file"]').setInputFiles(file);
      await page.getByRole("button", { name: t("transfer.check") }).waitFor();
    },
  },
  {
    name: "import-checked",
    who: "owner",
    async open(page, { t }) {
      await page.getByRole("button", { name: t("transfer.check") }).click();
      await page.getByRole("list", { name: t("transfer.faults") }).waitFor();
    },
  },
  {
    name: "projects-empty",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.empty.replace("customers", "projects"));
      await heading(page, t("projects.empty.title"));
    },
  },
  ...["list", "board", "timeline"].map((view) => ({
    name: `projects-${view}`,
    who: "owner",
    main: true,
    async open(page, { paths }) {
      await inWorkspace(page, `${paths.projects}?view=${view}`);
      await page.getByText("Trade fair booklet").waitFor();
    },
  })),
  {
    name: "projects-filter",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, `${paths.projects}?endsOn=2020-01-01..&state=active`);
      await page
        .getByRole("button", { name: new RegExp(`^${t("list.filter.title")}`, "u") })
        .first()
        .click();
      const field = t("records.solo.project.fields.budget");
      await page.getByRole("textbox", { name: t("list.filter.fromOf", { field }) }).waitFor();
    },
  },
  {
    name: "projects-selected",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.projects);
      for (const key of ["j", "j", "x", "Shift+ArrowDown"]) await page.keyboard.press(key);
      await page.getByRole("toolbar", { name: t("list.selection") }).waitFor();
    },
  },
  {
    name: "projects-change",
    who: "owner",
    async open(page, { t }) {
      await page.getByRole("button", { name: t("list.bulk.change"), exact: true }).click();
      const state = t("list.bulk.changeField", { field: t("records.solo.project.fields.state") });
      await page.getByRole("menuitem", { name: state }).click();
      await page.getByRole("dialog", { name: state }).waitFor();
    },
  },
  {
    name: "project-from-template",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.projects);
      await page.keyboard.press("n");
      const dialog = page.getByRole("dialog", { name: t("projects.new.title") });
      await dialog.getByRole("combobox", { name: t("projects.new.template") }).click();
      await page.getByRole("option", { name: "Small website" }).click();
      await dialog.getByText(t("projects.copy.along")).waitFor();
    },
  },
  {
    name: "project-duplicate",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.project);
      await page.getByRole("button", { name: t("list.more", { name: "New website" }) }).click();
      await page.getByRole("menuitem", { name: t("actions.duplicateProject") }).click();
      await page.getByText(t("projects.copy.along")).waitFor();
    },
  },
  {
    name: "new-project",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.projects);
      await page.keyboard.press("n");
      await page.getByRole("dialog", { name: t("projects.new.title") }).waitFor();
    },
  },
  {
    name: "project",
    who: "owner",
    main: true,
    async open(page, { paths }) {
      await inWorkspace(page, paths.project);
      await page.getByText("Go live").waitFor();
    },
  },
  {
    name: "viewer-project",
    who: "viewer",
    async open(page, { paths }) {
      await inWorkspace(page, paths.project);
      await page.getByText("Go live").waitFor();
    },
  },
  {
    name: "customer-gone",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.customer.replace(/.{4}$/u, "0000"));
      await heading(page, t("record.gone.title"));
    },
  },
  {
    name: "settings",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.people.replace("people", "settings"));
      await heading(page, t("fields.title"));
    },
  },
  {
    name: "people",
    who: "owner",
    main: true,
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.people);
      await page.getByRole("list", { name: t("invites.open") }).waitFor();
    },
  },
  ...[
    ["", "profile"],
    ["/security", "security"],
    ["/activity", "activity"],
    ["/data", "data"],
  ].map(([path, part]) => ({
    name: `account-${part}`,
    who: "owner",
    main: true,
    async open(page, { t }) {
      await page.goto(`/account${path}`);
      const waits = {
        profile: () => page.getByRole("textbox", { name: t("identity.name") }),
        security: () => page.getByRole("button", { name: t("account.password.change") }),
        activity: () => page.getByRole("list", { name: t("account.activity.title") }),
        data: () => page.getByRole("button", { name: t("account.deletion.begin") }),
      };
      await waits[part]().waitFor();
    },
  })),
  {
    name: "account-weak-password",
    who: "owner",
    async open(page, { t }) {
      await page.goto("/account/security");
      await page.getByLabel(t("account.password.next"), { exact: true }).fill("passwordpassword");
      await page.getByText(t("identity.strength.common")).waitFor();
    },
  },
  {
    name: "invite",
    who: "owner",
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.people);
      await page.getByRole("button", { name: t("actions.inviteColleague") }).click();
      await page.getByRole("dialog", { name: t("invites.title") }).waitFor();
    },
  },
  {
    name: "invite-link",
    who: "owner",
    async open(page, { t }) {
      await page.getByRole("button", { name: t("invites.create") }).click();
      await page.getByText(t("invites.thisMachine")).waitFor();
    },
  },
  {
    name: "palette",
    who: "owner",
    main: true,
    async open(page, cast) {
      await customer(page, cast);
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").getByRole("textbox").fill("ma");
      await page.getByRole("dialog").getByText("Café Marea").waitFor();
    },
  },
  {
    name: "shortcuts",
    who: "owner",
    async open(page, cast) {
      await customer(page, cast);
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: cast.t("shortcuts.title") }).waitFor();
    },
  },
  {
    name: "user-menu",
    who: "owner",
    async open(page, { t, owner, paths }) {
      await inWorkspace(page, paths.customers);
      await page.getByRole("button", { name: t("navigation.userMenu", { name: owner.name }) }).click();
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "sign-out",
    who: "owner",
    async open(page, { t }) {
      await page.getByRole("menuitem", { name: t("actions.signOut") }).click();
      await page.getByRole("dialog", { name: t("signOut.title") }).waitFor();
    },
  },
  {
    name: "viewer-customer",
    who: "viewer",
    async open(page, cast) {
      await customer(page, cast);
    },
  },
  {
    name: "viewer-people",
    who: "viewer",
    async open(page, { t, paths }) {
      await inWorkspace(page, paths.people);
      await page
        .getByRole("list", { name: t("people.title") })
        .getByText("Mira Lindqvist")
        .waitFor();
    },
  },
];
