// A job queue behind the questions that bin/bench asks: to take jobs in, to work them off, and how soon an idle one starts a job.
import { setTimeout as pause } from 'node:timers/promises';
import { announce, listen } from './serve.mjs';

/** How long a queue is left alone before it is asked again how soon it starts, in ms. */
const IDLE = 20;

/**
 * `fill(n)` takes in n jobs, `drain(n)` works off so many and resolves when the last has run. `ready(started)` begins to work for
 * `delay(n)`, tells `started` of each job that starts, and gives a function that asks for one and one that ends it.
 */
export async function serveQueue({ fill, drain, ready }) {
  const asked = {
    fill,
    drain: async (jobs) => {
      const began = performance.now();
      const end = await drain(jobs);
      const seconds = (performance.now() - began) / 1000;
      await end();
      return seconds;
    },
    delay: async (times) => {
      let started;
      const { ask, end } = await ready(() => started());
      const delays = [];
      for (let i = 0; i < times; i++) {
        await pause(IDLE);
        const began = performance.now();
        const start = new Promise((resolve) => {
          started = () => resolve(performance.now());
        });
        await ask();
        delays.push((await start) - began);
      }
      await end();
      return delays;
    },
  };
  const server = await listen(async (request, response) => {
    const [, what, count] = request.url.split('/');
    try {
      response.end(JSON.stringify((await asked[what](Number(count))) ?? null));
    } catch (error) {
      response.writeHead(500).end(String(error.stack));
    }
  });
  announce(server);
}
