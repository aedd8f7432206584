package io.weir.relay.delivery;

import io.weir.contracts.id.StreamId;
import io.weir.relay.topics.Newest;
import io.weir.relay.topics.Telling;
import io.weir.relay.topics.Voice;
import io.weir.streams.run.Run;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber of a topic has still to be sent of all its streams, and of what only the newest counts. On the topic's
 * loop.
 *
 * @param <F> what the connection sends
 */
public final class Tails<F extends Frame> {
    private final Outbound<F> out;
    private final Tail.Encoder<F> encoder;
    private final Supplier<String> person;
    private @Nullable Map<StreamId, Tail<F>> tails;
    private @Nullable Slot<F> slot;

    /**
     * Nothing to be sent.
     *
     * @param encoder encodes what is said
     * @param person whose deliveries are shown when a stream begins; empty for nobody's
     */
    public Tails(Outbound<F> out, Tail.Encoder<F> encoder, Supplier<String> person) {
        this.out = out;
        this.encoder = encoder;
        this.person = person;
    }

    /** A stream goes on. */
    public void live(Telling telling, Voice.Said said) {
        out.live(tail(telling, said.run().first() - 1), said);
        if (said.run() instanceof Run.Terminal) {
            known().remove(telling.voice().stream());
        }
    }

    /** All text of a stream so far. */
    public void snapshot(Telling telling, Voice.Said said) {
        out.snapshot(tail(telling, 0), said);
    }

    /** The stream is read from its log, from behind {@code after} on. */
    public void resume(Telling telling, long after, Runnable caughtUp) {
        out.resume(tail(telling, after), caughtUp);
    }

    /** Something of which only the newest counts. */
    public void newest(Newest newest, long skipped) {
        Slot<F> known = slot;
        if (known == null) {
            known = new Slot<>(encoder);
            slot = known;
        }
        out.newest(known, newest, skipped);
    }

    /** Nothing more is told. */
    public void clear() {
        tails = null;
    }

    private Tail<F> tail(Telling telling, long cursor) {
        return known().computeIfAbsent(
                        telling.voice().stream(), _ -> new Tail<>(telling, encoder, person.get(), cursor));
    }

    /** Many subscribers are idle: what they do not need is not made. */
    private Map<StreamId, Tail<F>> known() {
        Map<StreamId, Tail<F>> known = tails;
        if (known == null) {
            known = HashMap.newHashMap(1);
            tails = known;
        }
        return known;
    }
}
