package io.weir.gateway.machines;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One agent process. Health and load are shared by all event loops. */
public final class Machine {
    private final String id;
    private final String app;
    private final URI address;
    private final Optional<String> secret;
    private final AtomicInteger openStreams = new AtomicInteger();
    private volatile boolean healthy = true;
    // Probes only.
    private boolean probing;
    private long probedNanos;

    Machine(String id, String app, URI address, Optional<String> secret) {
        this.id = id;
        this.app = app;
        this.address = address;
        this.secret = secret;
    }

    /** Its id in the configuration; fit for logs. */
    public String id() {
        return id;
    }

    /** The fleet it belongs to. */
    public String app() {
        return app;
    }

    /** Base URL. */
    public URI address() {
        return address;
    }

    /** Bearer secret, for the request to this machine only. */
    public Optional<String> secret() {
        return secret;
    }

    /** Streams that run on it through this gateway. */
    public int openStreams() {
        return openStreams.get();
    }

    /** As last probed, or as last met by a stream; a machine starts as healthy until a probe says otherwise. */
    public boolean healthy() {
        return healthy;
    }

    /** A stream begins on it. */
    public void enter() {
        openStreams.incrementAndGet();
    }

    /** That stream has left it. */
    public void leave() {
        openStreams.decrementAndGet();
    }

    /** A stream could not reach it, or was told to go elsewhere: out of choice until a probe finds it well. */
    public void suspect() {
        healthy = false;
    }

    void probeBegins(long nowNanos) {
        probing = true;
        probedNanos = nowNanos;
    }

    void probed(boolean well) {
        probing = false;
        healthy = well;
    }

    boolean probing() {
        return probing;
    }

    long probedNanos() {
        return probedNanos;
    }

    @Override
    public String toString() {
        return id;
    }
}
