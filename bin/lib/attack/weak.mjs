// The control of every tool: a server on loopback with the holes that the tools look for. What a tool does not find here it would
// not find in the product either. Holes that would open this machine are only played: it says what a file or a command would say.
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as listen } from "node:net";
import { password } from "./people.mjs";

const passwd = "root:x:0:0:root:/root:/bin/bash\n";

/** `database` is a pg client whose statements may do harm. Returns the address, and what ends it. */
export async function startWeak(database) {
  await database.query("CREATE TABLE IF NOT EXISTS things AS SELECT i AS id, 'thing ' || i AS name FROM generate_series(1, 20) i");
  const called = [];
  const server = createServer(async (from, to) => {
    const body = Buffer.concat(await from.toArray()).toString();
    const url = new URL(from.url, "http://weak");
    const asked = (name) => url.searchParams.get(name) ?? "";
    const say = (text, type = "text/html", status = 200) => to.writeHead(status, { "Content-Type": type }).end(text);
    const doors = {
      "/": () => say("<a href='/echo?name=a'>echo</a><a href='/go?to=/'>go</a>"),
      "/search": async () => say(JSON.stringify((await database.query(`SELECT * FROM things WHERE name LIKE '%${asked("q")}%'`)).rows)),
      "/write": async () => say(JSON.stringify((await database.query(`SELECT * FROM things WHERE name = '${JSON.parse(body).name}'`)).rows)),
      "/echo": () => say(`<p>Hello ${asked("name")}</p>`),
      // By hand, for Node.js would refuse to split an answer; decoded twice, for wapiti 3.0.4 encodes its line break twice.
      "/go": () => to.socket.end(`HTTP/1.1 302 Found\r\nLocation: ${decodeURIComponentOr(asked("to"))}\r\nContent-Length: 0\r\n\r\n`),
      "/file": () => say(/etc\/passwd/u.test(asked("name")) ? passwd : "no such file"),
      "/run": () => say(/[;|&]\s*env/u.test(asked("host")) ? "PATH=/usr/bin\nPWD=/" : "pong"),
      "/fetch": () => {
        // Only ever from here: what was fetched is noted, and nothing goes out.
        if (asked("url").includes("/ssrf/")) called.push(asked("url"));
        say("fetched");
      },
      "/xml": () => say(/SYSTEM "file:\/\/\/etc\/passwd"/u.test(asked("doc") + body) ? passwd : "read"),
      "/get_ssrf.php": () => say(JSON.stringify(asCalls(called)), "application/json"),
      "/get_xxe.php": () => say("{}", "application/json"),
      "/api/form": () => say('{"token":"any"}', "application/json"),
      "/api/sign-in": () => (JSON.parse(body).password === password ? say("{}", "application/json") : say("no", "text/plain", 401)),
      "/.git/HEAD": () => say("ref: refs/heads/main", "text/plain"),
      "/api/debug": () => say("threads: 12", "text/plain"),
    };
    const open = doors[url.pathname] ?? (() => say("not found", "text/plain", 404));
    await (async () => open())().catch((error) => say(`PG::SyntaxError: ERROR: ${error.message}`, "text/plain", 500));
  });
  // It never loses patience, and has few places: so is whoever reads or writes slowly enough for all of them.
  Object.assign(server, { headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0, timeout: 0, maxConnections: 100 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => (server.close(), server.closeAllConnections()) };
}

/** As wapiti asks for them: by request and parameter, from addresses like /ssrf/SESSION/REQUEST/PARAMETER/. */
function asCalls(urls) {
  const calls = {};
  for (const url of urls) {
    const [, request, parameter] = /\/ssrf\/[^/]+\/([^/]+)\/([^/]+)/u.exec(url)?.slice(0) ?? [];
    if (request) ((calls[request] ??= {})[parameter] ??= []).push({ url, date: new Date().toISOString(), ip: "127.0.0.1", method: "GET", size: 0 });
  }
  return calls;
}

/** A server that takes every request by hand and wrongly, for what Node.js would never send: it gives back what it got, as it came. */
export async function startCareless() {
  const server = listen((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      const text = bytes.toString("latin1");
      const target = decodeURIComponentOr(/^\S+ (\S*)/u.exec(text)?.[1] ?? "/");
      const host = /^host: *(.*)$/imu.exec(text)?.[1]?.trim() ?? "";
      const forwarded = /^x-forwarded-host: *(.*)$/imu.exec(text)?.[1]?.trim() ?? host;
      const status = text.includes("\0") ? "500 Internal Server Error" : "302 Found";
      const answer = `HTTP/1.1 ${status}\r\nLocation: http://${forwarded}${target}\r\nServer: careless/1.0\r\nContent-Length: 2\r\n\r\nok`;
      // The second request that hides in the first one is answered as well.
      const hidden = text.split("\r\n\r\n").slice(1).join("").match(/(?:GET|POST) \S+ HTTP/gu)?.length ?? 0;
      socket.write(answer.repeat(1 + hidden));
      if (!/keep-alive/iu.test(text)) socket.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: server.address().port, close: () => server.close() };
}

function decodeURIComponentOr(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
