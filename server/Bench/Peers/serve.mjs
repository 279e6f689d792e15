// What the servers of this folder share: a port on loopback, and the words that bin/bench waits for.
import { createServer } from 'node:http';

/** Listens on loopback. `other` answers all requests but the question whether it is ready. */
export async function listen(other = (_, response) => response.writeHead(404).end()) {
  const server = createServer((request, response) => {
    if (request.url === '/health/ready') {
      response.end();
    } else {
      other(request, response);
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  process.on('SIGTERM', () => process.exit(0));
  return server;
}

export const addressOf = (server) => `http://127.0.0.1:${server.address().port}`;

/** Says that everything is in place. */
export const announce = (server) => console.log(`ready at ${addressOf(server)}`);
