// Requests as no client sends them, byte by byte: line breaks and NUL in every place, headers twice, names of other hosts, lengths
// that can be read in two ways. Over every kind of address. None may break the server, split an answer or come back in a header.
import { connect } from "node:net";
import { faults } from "../standard.mjs";
import { newClient } from "../people.mjs";
import { startCareless } from "../weak.mjs";

/** What comes back in a header was reflected. */
const mark = "evil-mark.example";
const patience = 8000;
const socket = "/api/sync";

const breaks = {
  "CR LF encoded": `%0d%0aX-${mark}:%201`,
  "LF encoded": `%0aX-${mark}:%201`,
  "CR encoded": `%0dX-${mark}:%201`,
  "CR LF encoded twice": `%250d%250aX-${mark}:%201`,
  "CR LF of a wide letter": `%E5%98%8D%E5%98%8AX-${mark}:%201`,
  "CR LF in bad UTF-8": `%c0%8d%c0%8aX-${mark}:%201`,
  "a line separator": `%E2%80%A8X-${mark}:%201`,
  "NUL encoded": `%00${mark}`,
  "half a letter": `%ff%fe${mark}`,
  "no hex": `%zz${mark}`,
  "dots up": `..%2f..%2f..%2fetc/passwd?${mark}`,
  "dots up, encoded twice": `..%252f..%252fetc/passwd?${mark}`,
  backslashes: `..\\..\\${mark}`,
  "two slashes": `//${mark}/`,
};

const insides = {
  "CR LF": `a\r\nX-${mark}: 1`,
  "CR alone": `a\rX-${mark}: 1`,
  "LF alone": `a\nX-${mark}: 1`,
  NUL: `a\0${mark}`,
  "letters beyond ASCII": `${mark}\xff\xe9`,
  "a long value": mark.repeat(1500),
  "an unbelievably long value": mark.repeat(6000),
  "what a browser would run": `"><script>alert('${mark}')</script>`,
  "what SQL would": `${mark}' OR '1'='1' --`,
  "what a log would show": `${mark}\x1b[2J\x08`,
};

const named = ["Cookie", "Origin", "Referer", "User-Agent", "Accept-Language", "Accept-Encoding", "Authorization", "If-None-Match", "Range", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id", "traceparent", "Content-Type"];

const proxied = {
  "another host": { Host: mark },
  "no host that could be": { Host: `localhost:99999999@${mark}` },
  "host with a path": { Host: `localhost/${mark}` },
  "X-Forwarded-Host": { "X-Forwarded-Host": mark },
  Forwarded: { Forwarded: `for=127.0.0.1;host=${mark};proto=https` },
  "X-Forwarded-Port and -Prefix": { "X-Forwarded-Port": "99999", "X-Forwarded-Prefix": `/${mark}` },
  "X-Forwarded-For, many and odd": { "X-Forwarded-For": `unknown, _x, [::1, 999.1.1.1, ${mark}` },
  "X-Original-URL": { "X-Original-URL": "/api/operator/jobs", "X-Rewrite-URL": "/api/operator/jobs" },
  "X-HTTP-Method-Override": { "X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE", "X-HTTP-Method": "DELETE" },
  "X-User": { "X-User": "ada@example.com", "X-Remote-User": "ada@example.com", "X-Forwarded-User": "ada@example.com" },
  Expect: { Expect: "200-continue" },
  "Upgrade to h2c": { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c", "HTTP2-Settings": "AAMAAABkAARAAAAAAAIAAAAA" },
  "Connection names Host": { Connection: "close, Host, X-Forwarded-Proto" },
};

/** Whole requests, of which each has to be refused or answered once. `{path}` is the address. */
const whole = {
  "a length twice": "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
  "a length and chunks": "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "chunks and a length": "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nGET /api/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n0\r\n\r\n",
  "two encodings": "POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "an encoding with a letter too many": "POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "a space before the colon": "POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "a header that goes on in the next line": "POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "a tab in the encoding": "POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\tchun\x0bked\r\n\r\n0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "a length of +5": "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello",
  "a length in hex": "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x5\r\n\r\nhello",
  "a negative chunk": "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
  "a chunk that is too large to be": "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
  "an extension of a chunk": `POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2;${"x".repeat(40)}\n\r\n{}\r\n0\r\n\r\n`,
  "Host twice": `GET {path} HTTP/1.1\r\nHost: localhost\r\nHost: ${mark}\r\n\r\n`,
  "no Host": "GET {path} HTTP/1.1\r\n\r\n",
  "an absolute address": `GET http://${mark}{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  "an absolute address of ours, another Host": `GET http://localhost{path} HTTP/1.1\r\nHost: ${mark}\r\nConnection: close\r\n\r\n`,
  "an address of a file": "GET file:///etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
  "no version": "GET {path}\r\n\r\n",
  "version 1.0": "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n",
  "version 1.0 without Host": "GET {path} HTTP/1.0\r\n\r\n",
  "version 2.0": "GET {path} HTTP/2.0\r\nHost: localhost\r\n\r\n",
  "the beginning of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "CONNECT": `CONNECT ${mark}:443 HTTP/1.1\r\nHost: ${mark}:443\r\nConnection: close\r\n\r\n`,
  "TRACE": `TRACE {path} HTTP/1.1\r\nHost: localhost\r\nX-Secret: ${mark}\r\nConnection: close\r\n\r\n`,
  "a method with a break": `GE\rT {path} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  "a method of 20,000 letters": `${"A".repeat(20_000)} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  "an address of 20,000 letters": `GET {path}${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  "a header without a name": "GET {path} HTTP/1.1\r\nHost: localhost\r\n: value\r\n\r\n",
  "a header of breaks": "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\r\n\n\r\n",
  "120 headers": `GET {path} HTTP/1.1\r\nHost: localhost\r\n${Array.from({ length: 120 }, (_, i) => `X-${i}: 1\r\n`).join("")}\r\n`,
  "TLS": "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03",
  "bytes of anything": Array.from({ length: 600 }, (_, i) => String.fromCharCode((i * 73 + 11) % 256)).join(""),
};

/** Two requests at once, in order: both are answered, and no more. */
const pipelined = "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/** What makes a request for the socket its handshake. */
const handshake = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==" };
const ofHandshakes = ["Sec-WebSocket-Version", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Upgrade"];

/** Requests of the matrix for an address: name and bytes. */
function* matrix(path) {
  const isSocket = path === socket;
  const plain = (target, more) => {
    const headers = { Host: "localhost", Connection: "close", ...(isSocket && handshake), ...more };
    return `GET ${target} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  };
  for (const [name, bytes] of Object.entries(breaks)) {
    yield [`${name} in the path`, plain(`${path}/${bytes}`, {})];
    yield [`${name} in the query`, plain(`${path}?query=${bytes}&next=${bytes}`, {})];
  }
  for (const header of isSocket ? [...named, ...ofHandshakes] : named) for (const [name, value] of Object.entries(insides)) yield [`${name} in ${header}`, plain(path, { [header]: value })];
  for (const [name, headers] of Object.entries(proxied)) yield [name, plain(path, headers)];
  for (const [name, bytes] of Object.entries(whole)) yield [name, bytes.replaceAll("{path}", path)];
  for (const header of ["Authorization", "Cookie", "Origin", "Content-Type", "X-Forwarded-For"]) {
    yield [`${header} twice`, plain(path, { [header]: `a\r\n${header}: ${mark}` })];
  }
}

export async function attack(bench) {
  const { workspace } = bench.people.owner;
  const assets = /\/assets\/[^"]+\.js/u.exec(await (await fetch(bench.address)).text())[0];
  const paths = {
    "a page": "/",
    "a page within": "/customers",
    "a file": assets,
    "the API": "/api/me",
    "a list": `/api/workspaces/${workspace}/records/solo.customer`,
    "a download": `/api/workspaces/${workspace}/records/solo.customer/export`,
    "what anybody may post": "/api/sign-in",
    "the socket": socket,
    "the health": "/health/live",
  };
  const careless = await startCareless();
  const control = await tryAll(careless.port, { "a page": "/" }, null);
  careless.close();
  for (const kind of ["comes back in a header", "splits the answer", "breaks it", "says server", "is answered twice"]) {
    bench.check(control.found.some((line) => line.includes(kind)), `control: on the careless server something ${kind}`);
  }

  const port = Number(new URL(bench.address).port);
  const access = await bench.people.owner.program.access();
  const answered = { stranger: 0, owner: 0 };
  let opened = 0;
  for (const [who, token] of [["stranger", null], ["owner", access]]) {
    const { found, sent, statuses } = await tryAll(port, paths, token);
    answered[who] = statuses.get(200) ?? 0;
    opened += statuses.get(101) ?? 0;
    const tally = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`).join(", ");
    bench.check(found.length === 0, `${sent} requests as ${who} break nothing, split nothing and come back in no header`, [`(${tally})`, ...found.slice(0, 20)].join("; "));
  }
  bench.check(answered.owner > answered.stranger, "the token was taken where a request was whole", `${answered.owner} answers of 200 beside ${answered.stranger}`);
  bench.check(opened > 0, "and the socket opened", `${opened} times`);
  for (const [kind, path] of Object.entries(paths)) {
    const answers = split(await talk(port, pipelined.replaceAll("{path}", path)));
    if (answers.length !== 2) bench.check(false, `two requests at once to ${kind} are answered twice`, `${answers.length}`);
  }
}

async function tryAll(port, paths, token) {
  const found = [];
  const statuses = new Map();
  let sent = 0;
  const work = Object.entries(paths).flatMap(([kind, path]) => [...matrix(path)].map(([name, bytes]) => ({ what: `${name} (${kind})`, bytes })));
  const next = work[Symbol.iterator]();
  const worker = async () => {
    for (const { what, bytes } of next) {
      const whoever = token === null || /^Authorization:/mu.test(bytes) ? "" : `Authorization: Bearer ${token}\r\n`;
      const from = /^X-Forwarded-(?:For|Proto):/mu.test(bytes) ? "" : `X-Forwarded-For: ${newClient()}\r\nX-Forwarded-Proto: https\r\n`;
      // Whoever posts comes from our own page, or it would go no further.
      const page = /^POST/u.test(bytes) ? `Origin: http://localhost:${port}\r\n` : "";
      const request = bytes.replace(/^(\S+ \S+ HTTP\/1\.[01]\r\n)/u, `$1${from}${whoever}${page}`);
      const text = await talk(port, request);
      sent += 1;
      const answers = split(text);
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (answers.length === 0) statuses.set(0, (statuses.get(0) ?? 0) + 1);
      found.push(...judge(answers, text, request.includes("X-Forwarded-Proto: https")).map((fault) => `${what} ${fault}`));
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return { found, statuses, sent };
}

/** What is wrong with what came back for one request; `secure` where it came by TLS, for all that the server knows. */
function judge(answers, text, secure) {
  const wrong = [];
  if (answers.length > 1) wrong.push("is answered twice");
  for (const { status, headers, body, lines } of answers) {
    if (status >= 500 && status !== 505 && status !== 501) wrong.push(`breaks it: ${status}`);
    if (lines.some((line) => line.toLowerCase().startsWith(`x-${mark}`))) wrong.push("splits the answer");
    if (lines.some((line) => line.includes(mark))) wrong.push("comes back in a header");
    if (headers["content-type"]?.startsWith("text/html") && body.includes(mark)) wrong.push("comes back in a page");
    if (body.includes("root:x:0:0")) wrong.push("shows a file of the machine");
    wrong.push(...faults(status, secure ? headers : { ...headers, "strict-transport-security": "max-age=31536000; includeSubDomains" }, body));
  }
  // The beginning of HTTP/2 gets a frame of HTTP/2 that asks for HTTP/1.1.
  if (answers.length === 0 && text !== "" && !text.endsWith("\r")) wrong.push(`is answered by ${JSON.stringify(text.slice(0, 40))}`);
  return wrong;
}

/** The answers in what a connection brought. */
function split(text) {
  const answers = [];
  let rest = text;
  while (rest.startsWith("HTTP/1.")) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) break;
    const [first, ...lines] = rest.slice(0, end).split("\r\n");
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
    const after = rest.slice(end + 4);
    const size = headers["content-length"] !== undefined ? Number(headers["content-length"]) : chunked(after);
    answers.push({ status: Number(first.split(" ")[1]), headers, lines, body: after.slice(0, size) });
    rest = after.slice(size);
  }
  return answers;
}

function chunked(text) {
  const end = text.indexOf("\r\n0\r\n\r\n");
  return end < 0 ? (text.startsWith("0\r\n\r\n") ? 5 : text.length) : end + 7;
}

/** Sends the bytes, and returns all that comes until the connection is closed, or nothing more comes for a second. */
function talk(port, bytes) {
  return new Promise((resolve) => {
    const connection = connect(port, "127.0.0.1");
    let text = "";
    let quiet;
    const done = () => {
      clearTimeout(quiet);
      clearTimeout(limit);
      connection.destroy();
      resolve(text);
    };
    const limit = setTimeout(done, patience);
    connection.setEncoding("latin1").on("data", (chunk) => {
      text += chunk;
      clearTimeout(quiet);
      quiet = setTimeout(done, 300);
    });
    connection.on("error", done).on("close", done).on("connect", () => connection.write(bytes, "latin1"));
  });
}
