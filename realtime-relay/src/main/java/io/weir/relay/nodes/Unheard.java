package io.weir.relay.nodes;

import io.weir.contracts.id.StreamId;
import io.weir.relay.conversation.Retold;
import io.weir.relay.loop.Loop;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Notices that the end of a stream which is followed here may have gone unheard: the shared log has gone for good, and its
 * writer, which has ended the stream and forgotten it, will not bring it back. Then only {@code messages} knows the rest. On
 * the stream's loop.
 */
final class Unheard {
    /** So many looks in a row have to find no shared log: a writer that goes on brings it back before that. */
    private static final int LOOKS = 3;

    private final StreamId stream;
    private final Loop loop;
    private final Finished finished;
    private boolean gone;
    private int looks;
    private boolean asking;

    /** Tells finished answers. */
    @FunctionalInterface
    interface Finished {
        /** The answer, once it is stored. */
        CompletionStage<Optional<Retold>> find(StreamId stream);
    }

    Unheard(StreamId stream, Loop loop, Finished finished) {
        this.stream = stream;
        this.loop = loop;
        this.finished = finished;
    }

    /** The shared log was read: whether there is none. A reading that failed says nothing. */
    void read(boolean nothing) {
        gone = nothing;
        if (!nothing) {
            looks = 0;
        }
    }

    /** Some time has passed and the stream is still open here; {@code tell} is given the rest if it turns out to be over. */
    void look(Consumer<Retold> tell) {
        if (!gone || asking || ++looks < LOOKS) {
            return;
        }
        asking = true;
        finished.find(stream)
                .whenComplete((found, failure) -> loop.run(() -> {
                    asking = false;
                    if (failure == null) {
                        found.ifPresent(tell);
                    }
                }));
    }
}
