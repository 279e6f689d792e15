// ShareDB on PostgreSQL, through the adapter that npm has for it: an operation is stored with its snapshot, then published.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import WebSocketJsonStream from '@teamwork/websocket-json-stream';
import pg from 'pg';
import ShareDb from 'sharedb';
import PostgresDb from 'sharedb-postgres';
import { WebSocketServer } from 'ws';
import { announce, listen } from './serve.mjs';

// Where PostgreSQL is, the variables of its own client say: PGHOST and its like.
const client = new pg.Client();
await client.connect();
await client.query(readFileSync(createRequire(import.meta.url).resolve('sharedb-postgres/structure.sql'), 'utf8'));
await client.end();

const server = await listen();
const share = new ShareDb({ db: new PostgresDb() });
new WebSocketServer({ server }).on('connection', (socket) => share.listen(new WebSocketJsonStream(socket)));
announce(server);
