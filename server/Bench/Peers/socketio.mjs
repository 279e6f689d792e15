// socket.io: hands a change on to all others. Checks nothing and stores nothing.
import { Server } from 'socket.io';
import { announce, listen } from './serve.mjs';

const server = await listen();
const io = new Server(server, { serveClient: false, transports: ['websocket'] });
io.on('connection', (socket) => {
  // Its makers advise to let go of the first request, which nobody here asks for again.
  socket.conn.request = null;
  socket.on('change', (change, done) => {
    socket.broadcast.emit('changed', change);
    done();
  });
});
announce(server);
