// The smallest socket.io server that fans out: clients join rooms, a client asks for an emit to a room.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });

// Its documentation on memory: the first request of each session is kept unless it is let go.
io.engine.on("connection", (socket) => {
  socket.request = null;
});

io.on("connection", (socket) => {
  socket.on("join", (topic, done) => {
    socket.join(topic);
    done();
  });
  socket.on("publish", (topic, payload) => {
    io.to(topic).emit("token", payload);
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
