package io.weir.bench.peer;

import io.weir.bench.load.Kind;
import io.weir.bench.load.LoadSpec;
import io.weir.bench.measure.ProcessMeter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A started server. */
public final class RunningPeer implements AutoCloseable {
    private final ServerProcess process;
    private final int port;
    private final Kind kind;
    private final Keys keys;

    /**
     * Who may come in.
     *
     * @param users tokens of users
     * @param service token of a backend
     */
    record Keys(List<String> users, String service) {
        static final Keys NONE = new Keys(List.of(), "");
    }

    RunningPeer(ServerProcess process, int port, Kind kind, Keys keys) {
        this.process = process;
        this.port = port;
        this.kind = kind;
        this.keys = keys;
    }

    /** What a generator needs to know of it. */
    public LoadSpec load(int topics, int subscribers, int firstSource, int connectsPerSecond) {
        return new LoadSpec(
                kind,
                port,
                0,
                topics,
                subscribers,
                firstSource,
                connectsPerSecond,
                keys.users(),
                keys.service(),
                0,
                Map.of());
    }

    /** CPU and memory of all its processes. */
    public ProcessMeter meter() {
        return new ProcessMeter(process.pid());
    }

    /** Memory that is held: where the peer is a JVM, after it has collected its garbage. */
    public Held held() throws IOException, InterruptedException {
        OptionalLong heap = process.collectGarbage();
        return new Held(meter().read().memoryBytes(), heap);
    }

    /**
     * What a server holds.
     *
     * @param residentBytes resident memory of all its processes
     * @param heapBytes live objects of a JVM
     */
    public record Held(long residentBytes, OptionalLong heapBytes) {}

    @Override
    public void close() {
        process.close();
    }
}
