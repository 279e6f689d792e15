// A mail server for the tests: says each mail that it takes as one line of JSON. Takes none for nobody@, and for busy@ only the second.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { SMTPServer } from "smtp-server";

const { values } = parseArgs({
  options: { port: { type: "string" }, pem: { type: "string" }, login: { type: "string" } },
});
const pem = values.pem === undefined ? null : readFileSync(values.pem);
const asked = new Set();

const server = new SMTPServer({
  ...(pem === null ? {} : { key: pem, cert: pem }),
  disabledCommands: [...(pem === null ? ["STARTTLS"] : []), ...(values.login === undefined ? ["AUTH"] : [])],
  onAuth({ username, password }, _session, answer) {
    if (`${username}:${password}` === values.login) answer(null, { user: username });
    else answer(new Error("5.7.8 wrong user or password"));
  },
  onRcptTo({ address }, _session, answer) {
    const refuse = (code, why) => answer(Object.assign(new Error(`${why} <${address}>`), { responseCode: code }));
    if (address.startsWith("nobody@")) refuse(550, "5.1.1 there is no");
    else if (address.startsWith("busy@") && !asked.has(address)) refuse(451, "4.7.1 come back later,");
    else answer();
    asked.add(address);
  },
  onData(stream, session, answer) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const mail = {
        from: mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: session.user ?? null,
        raw: Buffer.concat(chunks).toString(),
      };
      process.stdout.write(`${JSON.stringify(mail)}\n`, () => answer());
    });
  },
});
server.on("error", () => {});
server.listen(Number(values.port), "127.0.0.1", () => process.stdout.write("ready\n"));
