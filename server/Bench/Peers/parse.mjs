// Parse Server on PostgreSQL with LiveQuery: an object is changed over REST, and whoever may read it is told.
import express from 'express';
import { ParseServer } from 'parse-server';
import { addressOf, announce, listen } from './serve.mjs';

const app = express();
const server = await listen(app);
const signedIn = { requiresAuthentication: true };
// LiveQuery looks at the class before it knows who subscribes; what guards an object is its own list of who may see it.
const anyone = { '*': true };
const parse = new ParseServer({
  appId: 'bench',
  masterKey: process.env.PARSE_MASTER_KEY,
  databaseURI: 'postgres://',
  databaseOptions: { host: process.env.PGHOST, database: process.env.PGDATABASE, user: process.env.PGUSER, password: process.env.PGPASSWORD },
  // The short way inside fails on the router that npm resolves today, and LiveQuery then takes everybody for a stranger.
  directAccess: false,
  liveQuery: { classNames: ['Customer'] },
  schema: {
    definitions: [
      {
        className: 'Customer',
        fields: { name: { type: 'String', required: true } },
        classLevelPermissions: { find: anyone, get: anyone, count: signedIn, create: signedIn, update: signedIn, delete: signedIn, addField: {} },
      },
    ],
  },
  serverURL: addressOf(server),
  silent: true,
});
await parse.start();
app.use('/', parse.app);
await ParseServer.createLiveQueryServer(server, {});
announce(server);
