// graphile-worker, tuned for each question as its page on performance advises: batches for many jobs, none for an idle queue.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { serveQueue } from './queue.mjs';

const concurrentJobs = 24;
const pgPool = new pg.Pool({ max: concurrentJobs + 1 });
pgPool.on('error', (error) => console.error(error));
pgPool.on('connect', (client) => client.on('error', (error) => console.error(error)));
const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ pgPool, logger });
await utils.migrate();

const work = (nothing, batches = {}) =>
  run({ pgPool, noHandleSignals: true, taskList: { nothing }, preset: { worker: { concurrentJobs, pollInterval: 2000, logger, ...batches } } });

await serveQueue({
  async fill(jobs) {
    for (let i = 0; i < jobs; i += 1000)
      await utils.addJobs(Array.from({ length: Math.min(1000, jobs - i) }, (_, n) => ({ identifier: 'nothing', payload: { n: i + n } })));
  },
  async drain(jobs) {
    let done;
    const all = new Promise((resolve) => {
      done = resolve;
    });
    const runner = await work(
      () => {
        if (--jobs === 0) done();
      },
      { localQueue: { size: 500, refetchDelay: { durationMs: 10 } }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
    );
    await all;
    return () => runner.stop();
  },
  async ready(started) {
    const runner = await work(started);
    return { ask: () => utils.addJob('nothing', {}), end: () => runner.stop() };
  },
});
