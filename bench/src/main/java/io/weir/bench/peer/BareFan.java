package io.weir.bench.peer;

import io.weir.bench.load.Kind;
import io.weir.bench.pipe.FanMain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A bare fan-out server on Weir's own WebSocket library: a frame a text, nothing else. Speaks as nchan does. Always there. */
public final class BareFan implements Peer {
    private final Workshop workshop;

    /** Logs in the workshop's cache. */
    public BareFan(Workshop workshop) {
        this.workshop = workshop;
    }

    @Override
    public String name() {
        return "bare Vert.x fan-out";
    }

    @Override
    public String configuration() {
        return "a program of this repository that sends each text to all sockets and does nothing else";
    }

    @Override
    public Availability prepare() {
        return new Availability.Ready("Vert.x");
    }

    @Override
    public RunningPeer start() throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        List<String> command = new ArrayList<>(OwnProgram.command(FanMain.class));
        command.add(Integer.toString(port));
        ServerProcess process = ServerProcess.start(command, Map.of(), workshop.log("fan"));
        try {
            process.awaitPort(port);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new RunningPeer(process, port, Kind.NCHAN, RunningPeer.Keys.NONE);
    }
}
