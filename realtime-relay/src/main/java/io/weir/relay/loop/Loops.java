package io.weir.relay.loop;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The loops that topics and the logs of their streams live on. A topic and its streams share one loop, chosen by the
 * topic's key, so everything about one topic happens in one order.
 */
@Singleton
public class Loops {
    private final List<Loop> loops;

    /** Loops of this process. */
    public Loops(Vertx vertx) {
        var internal = (VertxInternal) vertx;
        int count = Math.max(1, Runtime.getRuntime().availableProcessors());
        this.loops = IntStream.range(0, count)
                .mapToObj(_ -> new Loop(internal.createEventLoopContext()))
                .toList();
    }

    /** The loop of {@code key}: equal keys, same loop. */
    public Loop of(Object key) {
        return loops.get(Math.floorMod(key.hashCode() * 0x9E3779B9, loops.size()));
    }

    /** The loop of the calling thread, which must be an event loop's. */
    public static Loop current() {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("not on an event loop");
        }
        return new Loop(((ContextInternal) context).unwrap());
    }
}
