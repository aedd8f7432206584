package io.weir.bench.peer;

import io.weir.bench.load.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** socket.io from npm, in the versions of a committed lock file. */
public final class SocketIo implements Peer {
    private final Workshop workshop;
    private final Path folder;

    /** Installed under the workshop's cache. */
    public SocketIo(Workshop workshop) {
        this.workshop = workshop;
        this.folder = workshop.cache().resolve("socket.io");
    }

    @Override
    public String name() {
        return "socket.io";
    }

    @Override
    public String configuration() {
        return "socket.io 4 on Node, WebSocket transport only, no compression, `bufferutil` installed and the first request"
                + " of each session dropped, as its pages on performance and memory advise; one process; a room a topic";
    }

    @Override
    public Availability prepare() throws InterruptedException {
        try {
            return new Availability.Ready(new NpmPackages(workshop, folder).install("socket.io", "socket.io"));
        } catch (IOException e) {
            return new Availability.Missing("npm could not install it: " + e.getMessage());
        }
    }

    @Override
    public RunningPeer start() throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        ServerProcess process = ServerProcess.start(
                List.of("node", folder.resolve("server.mjs").toString(), Integer.toString(port)),
                Map.of("NODE_ENV", "production"),
                workshop.log("socket.io"));
        try {
            process.awaitPort(port);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new RunningPeer(process, port, Kind.SOCKET_IO, RunningPeer.Keys.NONE);
    }
}
