package io.weir.relay.conversation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.pgclient.PgException;
import io.weir.contracts.id.StreamId;
import io.weir.relay.log.LiveStream;
import io.weir.relay.loop.Loop;
import io.weir.relay.loop.Loops;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes questions and answers, each once, a stream's in order. While PostgreSQL is away they wait: what waits is a
 * reference to a log that stays in memory until it is written, so the bound of the logs is the bound here. A message that
 * PostgreSQL refuses for what it is, is given up after a few attempts.
 */
@Singleton
public class MessageWriter {
    private static final Logger LOG = Logger.getLogger(MessageWriter.class);
    private static final int MAX_IN_FLIGHT = 4;
    private static final int MAX_ATTEMPTS = 5;
    private static final long MIN_PAUSE_MILLIS = 100;
    private static final long MAX_PAUSE_MILLIS = 5_000;

    private final MessageStore store;
    private final Clock clock;
    private final Loop loop;
    private final Counter failures;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private final Set<StreamId> busy = new HashSet<>();
    private long pauseMillis = MIN_PAUSE_MILLIS;
    private boolean pausing;

    MessageWriter(MessageStore store, Clock clock, Loops loops, MeterRegistry meters) {
        this.store = store;
        this.clock = clock;
        this.loop = loops.of("messages");
        this.failures = meters.counter("relay.messages.failures");
        meters.gaugeCollectionSize("relay.messages.waiting", List.of(), waiting);
    }

    private record Job(LiveStream stream, Role role, Instant at, int attempts, Consumer<Message> written) {
        Job again(boolean counted) {
            return new Job(stream, role, at, counted ? attempts + 1 : attempts, written);
        }
    }

    /** Writes a stream's question, or nothing if it has none. Any thread. */
    public void question(LiveStream stream) {
        if (stream.header().question() != null) {
            add(new Job(stream, Role.USER, clock.instant(), 0, _ -> {}));
        }
    }

    /** Writes the answer of a stream that has ended, then tells {@code written}, on the stream's loop. Any thread. */
    public void answer(LiveStream stream, Consumer<Message> written) {
        add(new Job(stream, Role.ASSISTANT, clock.instant(), 0, written));
    }

    private void add(Job job) {
        loop.run(() -> {
            waiting.add(job);
            next();
        });
    }

    private void next() {
        Job job = pausing || busy.size() >= MAX_IN_FLIGHT ? null : take();
        while (job != null) {
            start(job);
            job = busy.size() >= MAX_IN_FLIGHT ? null : take();
        }
    }

    /** The first job whose stream has none in flight. */
    private @Nullable Job take() {
        for (Iterator<Job> jobs = waiting.iterator(); jobs.hasNext(); ) {
            Job job = jobs.next();
            if (busy.add(job.stream().id())) {
                jobs.remove();
                return job;
            }
        }
        return null;
    }

    private void start(Job job) {
        job.stream().loop().run(() -> {
            Optional<Message> message = Transcript.message(job.stream(), job.role(), job.at());
            loop.run(() -> message.ifPresentOrElse(ready -> write(job, ready), () -> done(job)));
        });
    }

    private void write(Job job, Message message) {
        store.write(message)
                .subscribe()
                .with(
                        _ -> loop.run(() -> written(job, message)),
                        failure -> loop.run(() -> failed(job, message, failure)));
    }

    private void written(Job job, Message message) {
        pauseMillis = MIN_PAUSE_MILLIS;
        job.stream().loop().run(() -> job.written().accept(message));
        done(job);
    }

    private void done(Job job) {
        busy.remove(job.stream().id());
        next();
    }

    private void failed(Job job, Message message, Throwable failure) {
        failures.increment();
        boolean refused = isRefusal(failure);
        if (refused && job.attempts() + 1 >= MAX_ATTEMPTS) {
            LOG.errorf(
                    failure, "message given up stream=%s role=%s", job.stream().id(), job.role());
            written(job, message);
            return;
        }
        LOG.warnf(
                "message not written stream=%s role=%s cause=%s retryMs=%d",
                job.stream().id(), job.role(), failure.getClass().getSimpleName(), pauseMillis);
        waiting.addFirst(job.again(refused));
        busy.remove(job.stream().id());
        pause();
    }

    /** Data exceptions and violated constraints: PostgreSQL is there, and trying again changes nothing. */
    private static boolean isRefusal(Throwable failure) {
        String state = failure instanceof PgException refused ? refused.getSqlState() : null;
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private void pause() {
        if (pausing) {
            return;
        }
        pausing = true;
        loop.later(pauseMillis, () -> {
            pausing = false;
            next();
        });
        pauseMillis = Math.min(MAX_PAUSE_MILLIS, pauseMillis * 2);
    }
}
