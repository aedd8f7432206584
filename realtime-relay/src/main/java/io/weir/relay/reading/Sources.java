package io.weir.relay.reading;

import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.StreamId;
import io.weir.relay.conversation.MessageStore;
import io.weir.relay.conversation.StoredAnswer;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamLogs;
import io.weir.relay.nodes.Nodes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/** Where a stream can be read from: its log, or what {@code messages} has of it. */
@Singleton
class Sources {
    private static final int UUID_VERSION = 7;

    private final StreamLogs logs;
    private final Nodes nodes;
    private final MessageStore store;
    private final ReadingConfig config;
    private final Clock clock;
    private final Surroundings surroundings;

    Sources(
            StreamLogs logs,
            Nodes nodes,
            MessageStore store,
            ReadingConfig config,
            Clock clock,
            Surroundings surroundings) {
        this.logs = logs;
        this.nodes = nodes;
        this.store = store;
        this.config = config;
        this.clock = clock;
        this.surroundings = surroundings;
    }

    Optional<LiveStream> log(StreamId stream) {
        return logs.find(stream);
    }

    /** The log of a stream that another node has, followed from now on. The answer may come on any thread. */
    void elsewhere(StreamId stream, Consumer<Optional<LiveStream>> answer) {
        nodes.find(stream, answer);
    }

    Uni<Optional<StoredAnswer>> stored(StreamId stream) {
        return store.answer(stream);
    }

    ReadingConfig config() {
        return config;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** True for a stream that was reserved so recently that its log may be about to be opened. */
    boolean mayBeOpening(StreamId stream) {
        if (stream.value().version() != UUID_VERSION) {
            return false;
        }
        long ageMillis = clock.millis() - (stream.value().getMostSignificantBits() >>> 16);
        return Math.abs(ageMillis) < 60_000;
    }
}
