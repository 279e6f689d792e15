// better-auth with address and password, and in place of its scrypt Argon2id at the costs that Holdfast has. Its limits are on, as in production.
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import pg from 'pg';
import { addressOf, announce, listen } from './serve.mjs';

const costs = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
let handle;
const server = await listen((request, response) => handle(request, response));
const options = {
  baseURL: addressOf(server),
  secret: randomBytes(32).toString('hex'),
  database: new pg.Pool(),
  emailAndPassword: {
    enabled: true,
    password: { hash: (password) => hash(password, costs), verify: ({ hash: made, password }) => verify(made, password) },
  },
  advanced: { ipAddress: { ipAddressHeaders: ['x-forwarded-for'] } },
  telemetry: { enabled: false },
};
await (await getMigrations(options)).runMigrations();
handle = toNodeHandler(betterAuth(options));
announce(server);
