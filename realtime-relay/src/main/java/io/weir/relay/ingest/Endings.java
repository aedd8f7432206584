package io.weir.relay.ingest;

import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.StreamId;
import io.weir.relay.conversation.MessageStore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Whether a stream without a log here has ended already, so that a gateway that comes late cannot begin it again. */
@Singleton
class Endings {
    private static final Logger LOG = Logger.getLogger(Endings.class);
    private static final int UUID_VERSION = 7;
    private static final Duration NEW = Duration.ofSeconds(10);
    private static final Duration BEGINNING = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final MessageStore store;
    private final Clock clock;

    Endings(MessageStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** True for a stream that was reserved a moment ago: it cannot have ended and gone. */
    boolean isNew(StreamId stream) {
        return isYounger(stream, NEW);
    }

    /** True for a stream that was reserved just now: nobody can have followed it before. */
    boolean isBeginning(StreamId stream) {
        return isYounger(stream, BEGINNING);
    }

    private boolean isYounger(StreamId stream, Duration age) {
        long ageMillis = clock.millis() - (stream.value().getMostSignificantBits() >>> 16);
        return stream.value().version() == UUID_VERSION && Math.abs(ageMillis) < age.toMillis();
    }

    /** True if {@code messages} has its answer. Never fails: a log opened too much is corrected by metering. */
    Uni<Boolean> hasEnded(StreamId stream) {
        return store.answer(stream)
                .map(stored -> stored.flatMap(known -> Optional.ofNullable(known.answer()))
                        .isPresent())
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "ending unknown stream=%s cause=%s",
                            stream, failure.getClass().getSimpleName());
                    return false;
                });
    }
}
