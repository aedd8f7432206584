package io.weir.edge.answer;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Vertx;
import io.weir.edge.admission.Admission;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Going away: nothing is started here any more, and readers' responses end without a terminal event one after the other, so
 * that they resume where they were, by then at another process and not all at once. Their streams go on. Callers that wait
 * for a whole answer keep waiting, as long as the shutdown lets them.
 */
@Singleton
public final class Drain {
    private final Vertx vertx;
    private final Admission admission;
    private final Goodbyes readers;
    private final AnswerConfig config;
    private final RandomGenerator random = RandomGenerator.getDefault();

    Drain(Vertx vertx, Admission admission, Goodbyes readers, AnswerConfig config) {
        this.vertx = vertx;
        this.admission = admission;
        this.readers = readers;
        this.config = config;
    }

    void stop(@Observes ShutdownDelayInitiatedEvent stopping) {
        admission.close();
        List<Runnable> goodbyes = readers.leave();
        long millis = Math.max(1, config.drainOver().toMillis());
        Log.infof("edge draining readers=%d millis=%d", goodbyes.size(), millis);
        goodbyes.forEach(goodbye -> vertx.setTimer(random.nextLong(1, millis + 1), _ -> goodbye.run()));
    }
}
