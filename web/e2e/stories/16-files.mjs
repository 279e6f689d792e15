import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { row } from "../support/customers.mjs";
import { everyLook, Faults, look, narrowAndWide } from "../support/looks.mjs";
import { connection, founder } from "../support/people.mjs";
import { story } from "../support/story.mjs";
import { t } from "../support/texts.mjs";

/** @param content a text, which goes out as UTF-8, or bytes */
async function choose(page, content) {
  await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
  await page.getByRole("menuitem", { name: t("transfer.import") }).click();
  const dialog = page.getByRole("dialog", { name: t("transfer.import") });
  const file = { name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(content) };
  await dialog.locator('input[type="file"]').setInputFiles(file);
  return dialog;
}

story(
  import.meta,
  "A table becomes customers, says first what is wrong with it, and can be taken back",
  async (world) => {
    const { page } = await founder(world);
    const faults = new Faults();
    const faulty = await choose(
      page,
      "Name;E-mail;Shoe size\nOkafor Legal;reception at okafor;44\nCafé Marea;;38",
    );
    await faulty.getByRole("button", { name: t("transfer.check") }).click();
    await faulty.getByText(t("transfer.rowAndColumn", { row: 2, column: "E-mail" })).waitFor();
    await faulty.getByText("“reception at okafor”", { exact: false }).waitFor();
    for (const each of everyLook) await look(page, "import-faulty", each, faults);
    const saving = page.waitForEvent("download");
    await faulty.getByRole("button", { name: t("transfer.saveRefused") }).click();
    const [heads, refused, ...rest] = (await readFile(await (await saving).path(), "utf8")).split("\r\n");
    assert.equal(heads, `\ufeff"Name","E-mail","Shoe size","${t("transfer.reason")}"`);
    assert.match(refused, /^"Okafor Legal","reception at okafor","44","E-mail: “reception at okafor”: /u);
    assert.deepEqual(rest, []);
    await faulty.getByRole("button", { name: t("transfer.importSound_one", { rows: "1" }) }).click();
    await faulty.getByText(t("transfer.wereLeftOut_one", { rows: "1" }), { exact: false }).waitFor();
    for (const each of narrowAndWide) await look(page, "import-partly", each, faults);
    // It says for a moment that it is done, and goes when it was seen.
    const status = page.getByRole("button", {
      name: t("work.about", { kind: t("work.kinds.recordsImport"), state: t("work.states.done") }),
    });
    await faulty.getByRole("button", { name: t("common.done") }).click();
    await row(page, "Café Marea").waitFor();
    assert.equal(await row(page, "Okafor Legal").count(), 0);
    await status.click();
    await page.getByRole("list", { name: t("work.title") }).waitFor();
    await page.keyboard.press("Escape");
    await status.waitFor({ state: "detached" });
    await page.keyboard.press("Control+z");
    await page.getByRole("heading", { name: t("customers.empty.title") }).waitFor();
    faults.assertNone();

    const many = Array.from({ length: 1100 }, (_, index) => `Customer ${index};Lead`);
    const dialog = await choose(page, ["Company;Status", ...many].join("\n"));
    await dialog
      .getByText(t("transfer.missing", { fields: t("records.solo.customer.fields.name") }))
      .waitFor();
    await dialog.getByRole("combobox", { name: t("transfer.fills", { head: "Company" }) }).click();
    await page.getByRole("option", { name: t("records.solo.customer.fields.name"), exact: true }).click();
    await dialog.getByRole("button", { name: t("transfer.check") }).click();
    await dialog.getByRole("button", { name: t("transfer.importAll_other", { rows: "1,100" }) }).click();
    await dialog.getByText(t("transfer.done_other", { rows: "1,100" })).waitFor();
    await row(page, "Customer 0").first().waitFor();
    await dialog.getByRole("button", { name: t("transfer.undo") }).click();
    await page.getByRole("heading", { name: t("customers.empty.title") }).waitFor();
  },
);

/**
 * Lets the next job look to the page as if it stood at so many per cent when it begins, and keeps back all that the server says
 * after that. Holds from the next load of the page on; returns what lets it go.
 */
async function holdJobAt(page, percent) {
  const kept = [];
  let isHeld = false;
  await page.routeWebSocket(/\/api\/sync$/u, (socket) => {
    socket.connectToServer().onMessage((data) => {
      if (isHeld) {
        kept.push(() => socket.send(data));
        return;
      }
      const frame = JSON.parse(data);
      const runs = (frame.items ?? []).flatMap(({ records }) =>
        records.filter(({ type, set }) => type === "jobs.run" && set?.state === "running"),
      );
      for (const { set } of runs) Object.assign(set, { percent, step: "check", count: 440 });
      socket.send(JSON.stringify(frame));
      isHeld ||= runs.length > 0;
    });
  });
  return () => {
    isHeld = false;
    for (const send of kept) send();
  };
}

story(
  import.meta,
  "How far an import is can be seen while it runs, and it is taken back long after its dialog was closed",
  async (world) => {
    const { page, workspace } = await founder(world);
    const release = await holdJobAt(page, 40);
    await page.goto(`/w/${workspace}/customers`);
    await connection(page, "live").waitFor();
    const many = Array.from({ length: 1100 }, (_, index) => `Customer ${index}`);
    const dialog = await choose(page, ["Name", ...many].join("\n"));
    await dialog.getByRole("button", { name: t("transfer.check") }).click();
    await dialog.getByRole("button", { name: t("transfer.importAll_other", { rows: "1,100" }) }).click();
    const said = t("transfer.importing", { done: "440", total: "1,100" });
    const bar = dialog.getByRole("progressbar", { name: said });
    await bar.waitFor();
    assert.equal(Math.round(Number(await bar.getAttribute("aria-valuenow"))), 40);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    const kind = t("work.kinds.recordsImport");
    await page.getByRole("button", { name: t("work.about", { kind, state: "40%" }) }).click();
    const runs = page.getByRole("list", { name: t("work.title") });
    await runs.getByText("40%", { exact: false }).waitFor();
    assert.equal(await runs.getByRole("progressbar").getAttribute("aria-valuenow"), "40");
    await page.keyboard.press("Escape");

    release();
    await page.getByText(t("transfer.done_other", { rows: "1,100" })).waitFor();
    await row(page, "Customer 0").first().waitFor();
    await page.getByRole("button", { name: t("common.close") }).click();
    await page.keyboard.press("Control+z");
    await page.getByRole("heading", { name: t("customers.empty.title") }).waitFor();
    await page.getByText(t("undo.undone")).waitFor();
  },
);

story(import.meta, "What is in a list goes out as a file", async (world) => {
  const { page } = await founder(world);
  const dialog = await choose(page, "name,email\nOkafor Legal,reception@okafor.example");
  await dialog.getByRole("button", { name: t("transfer.check") }).click();
  await dialog.getByRole("button", { name: t("transfer.importAll_one", { rows: "1" }) }).click();
  await dialog.getByRole("button", { name: t("common.done") }).click();
  for (const [action, holds] of [
    ["exportCsv", "Okafor Legal"],
    ["exportJson", '"name":"Okafor Legal"'],
  ]) {
    await page.getByRole("button", { name: t("transfer.more", { title: t("customers.title") }) }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: t(`transfer.${action}`) }).click();
    const text = await readFile(await (await coming).path(), "utf8");
    assert.ok(text.replaceAll(": ", ":").includes(holds), text);
  }
});

story(
  import.meta,
  "A file in an older encoding is read with a word about it, another can be chosen, and a picture is refused",
  async (world) => {
    const { page } = await founder(world);
    const faults = new Faults();
    const picture = await choose(page, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]);
    await picture.getByText(t("errors.import.not_text", { line: 2 })).waitFor();
    for (const each of everyLook) await look(page, "import-refused", each, faults);
    await page.keyboard.press("Escape");
    await picture.waitFor({ state: "detached" });

    // "Name\nMüller & Søn" as Windows-1252 writes it; as Cyrillic the letters are others.
    const western = [...Buffer.from("Name\nM"), 0xfc, ...Buffer.from("ller & S"), 0xf8, 0x6e];
    const dialog = await choose(page, western);
    const name = (encoding) => t(`transfer.encodings.${encoding}`);
    await dialog.getByText(t("transfer.guessed", { encoding: name("windows-1252") })).waitFor();
    await dialog.getByText("Müller & Søn").waitFor();
    for (const each of everyLook) await look(page, "import-guessed", each, faults);
    const encoding = dialog.getByRole("combobox", { name: t("transfer.encoding") });
    await encoding.click();
    await page.getByRole("option", { name: name("windows-1251") }).click();
    await dialog.getByText("Mьller & Sшn").waitFor();
    await encoding.click();
    await page.getByRole("option", { name: name("utf-8") }).click();
    await dialog.getByText(t("errors.import.encoding", { encoding: "utf-8" })).waitFor();
    await encoding.click();
    await page.getByRole("option", { name: name("windows-1252") }).click();
    await dialog.getByRole("button", { name: t("transfer.check") }).click();
    await dialog.getByRole("button", { name: t("transfer.importAll_one", { rows: "1" }) }).click();
    await row(page, "Müller & Søn").waitFor();
    faults.assertNone();
  },
);

story(import.meta, "What is wrong with a table is said in words, as the file has them", async (world) => {
  const { page } = await founder(world);
  const dialog = await choose(page, "Name;Status\nOkafor Legal;Sleeping");
  await dialog.getByRole("button", { name: t("transfer.check") }).click();
  const faults = dialog.getByRole("list", { name: t("transfer.faults") });
  await faults.getByText(t("records.solo.customer.status.dormant")).waitFor();
  assert.doesNotMatch(await faults.innerText(), /dormant|field\./u);
});
