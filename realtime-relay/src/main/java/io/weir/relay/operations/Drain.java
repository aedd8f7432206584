package io.weir.relay.operations;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Vertx;
import io.weir.relay.admission.AdmissionConfig;
import io.weir.relay.admission.Gate;
import io.weir.relay.admission.Leaving;
import io.weir.relay.cameras.CameraEndpoint;
import io.weir.relay.following.TopicReaders;
import io.weir.relay.phoenix.PhoenixSockets;
import io.weir.relay.reading.Readers;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Going away: nobody is let in any more, and sockets and responses end one after the other, so that clients come back,
 * by then to another process, and not all at once.
 */
@Singleton
class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);

    private final Gate gate;
    private final AdmissionConfig config;
    private final PhoenixSockets sockets;
    private final CameraEndpoint cameras;
    private final Readers readers;
    private final TopicReaders topicReaders;

    Drain(
            Gate gate,
            AdmissionConfig config,
            PhoenixSockets sockets,
            CameraEndpoint cameras,
            Readers readers,
            TopicReaders topicReaders) {
        this.gate = gate;
        this.config = config;
        this.sockets = sockets;
        this.cameras = cameras;
        this.readers = readers;
        this.topicReaders = topicReaders;
    }

    void stop(@Observes ShutdownDelayInitiatedEvent stopping, Vertx vertx) {
        gate.close();
        List<Runnable> goodbyes = new ArrayList<>(sockets.goodbyes());
        goodbyes.addAll(cameras.goodbyes());
        goodbyes.addAll(readers.goodbyes());
        goodbyes.addAll(topicReaders.goodbyes());
        LOG.infof(
                "draining connections=%d millis=%d",
                goodbyes.size(), config.drainOver().toMillis());
        Leaving.over(
                config.drainOver(),
                goodbyes,
                RandomGenerator.getDefault(),
                (millis, goodbye) -> vertx.setTimer(millis, _ -> goodbye.run()));
    }
}
