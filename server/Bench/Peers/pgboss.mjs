// pg-boss, fetching and completing large batches: its own workers rest half a second between two of them.
import PgBoss from 'pg-boss';
import { serveQueue } from './queue.mjs';

const name = 'nothing';
const batchSize = 1000;
const loops = 2;
const { PGHOST: host, PGDATABASE: database, PGUSER: user, PGPASSWORD: password } = process.env;
const boss = new PgBoss({ host, database, user, password, schedule: false });
boss.on('error', (error) => console.error(error));
await boss.start();
await boss.createQueue(name);
const nothing = async () => {};

await serveQueue({
  async fill(jobs) {
    for (let i = 0; i < jobs; i += batchSize)
      await boss.insert(Array.from({ length: Math.min(batchSize, jobs - i) }, (_, n) => ({ name, data: { n: i + n } })));
  },
  async drain(jobs) {
    await Promise.all(
      Array.from({ length: loops }, async () => {
        while (jobs > 0) {
          const batch = await boss.fetch(name, { batchSize });
          if (batch.length === 0) return;
          await Promise.all(batch.map(nothing));
          await boss.complete(name, batch.map(({ id }) => id));
          jobs -= batch.length;
        }
      }),
    );
    if (jobs !== 0) throw new Error(`${jobs} jobs were not found`);
    return () => {};
  },
});
