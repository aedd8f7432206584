package io.weir.edge.resume;

import io.quarkus.logging.Log;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.id.StreamId;
import io.weir.edge.holds.Holds;
import io.weir.edge.identity.Caller;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import jakarta.inject.Singleton;
import java.net.URI;

/**
 * Stops a stream: the cancel is stored on the hold, where it can neither be lost nor come too early, and goes to the
 * owning gateway at once. The relay takes no part in it.
 */
@Singleton
public final class Stop {
    private final Holds holds;
    private final ServiceCalls calls;

    Stop(Holds holds, ServiceCalls calls) {
        this.holds = holds;
        this.calls = calls;
    }

    /** True if the stream was open, false if it had ended. Fails with 404 where the caller has no such stream. */
    public Future<Boolean> stop(StreamId stream, Caller caller) {
        return holds.cancel(stream, caller.payer()).compose(reply -> tellOwner(stream, reply));
    }

    private Future<Boolean> tellOwner(StreamId stream, CancelReply reply) {
        String address = reply.address();
        if (!reply.open() || address == null) {
            return Future.succeededFuture(reply.open());
        }
        URI target = URI.create(address).resolve("/v1/streams/" + stream);
        return calls.call(Request.of(HttpMethod.DELETE, target))
                .onFailure(failure ->
                        Log.warnf("owner not told of a stop stream=%s cause=%s", stream, failure.getMessage()))
                .map(true)
                .otherwise(true);
    }
}
