package io.weir.relay.operations;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.weir.relay.following.TopicReaders;
import io.weir.relay.phoenix.PhoenixSockets;
import io.weir.relay.reading.Readers;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Going away: sockets are closed and reading ends, so that clients come back, by then to another process. */
@Singleton
class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);

    private final PhoenixSockets sockets;
    private final Readers readers;
    private final TopicReaders topicReaders;

    Drain(PhoenixSockets sockets, Readers readers, TopicReaders topicReaders) {
        this.sockets = sockets;
        this.readers = readers;
        this.topicReaders = topicReaders;
    }

    void stop(@Observes ShutdownDelayInitiatedEvent stopping) {
        LOG.info("draining");
        sockets.closeAll();
        readers.finishAll();
        topicReaders.finishAll();
    }
}
