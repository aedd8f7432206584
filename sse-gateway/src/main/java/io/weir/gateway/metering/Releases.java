package io.weir.gateway.metering;

import io.weir.contracts.id.StreamId;
import io.weir.gateway.net.Loops;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Gives holds back that no gateway has claimed. Tried once: an unclaimed hold ends by itself, and what was claimed in the
 * meantime metering keeps.
 */
@ApplicationScoped
public class Releases {
    private static final Logger LOG = Logger.getLogger(Releases.class);

    private final Loops loops;
    private final MeteringClient metering;

    Releases(Loops loops, MeteringClient metering) {
        this.loops = loops;
        this.metering = metering;
    }

    /** The stream will not be begun here. On an event loop. */
    public void release(StreamId stream) {
        metering.post(loops.here().services(), "/v1/holds/" + stream + "/release", Map.of())
                .onSuccess(answer -> LOG.debugf("hold given back stream=%s status=%d", stream, answer.status()))
                .onFailure(
                        failure -> LOG.warnf("hold not given back stream=%s reason=%s", stream, failure.getMessage()));
    }
}
