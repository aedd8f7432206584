package io.weir.gateway.metering;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.net.Loops;
import io.weir.gateway.net.ServiceClient.Answer;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Claims streams. A claim whose answer is lost may have been won, and nobody would ever sweep it while this gateway's
 * lease lives; so it is asked again, and an answer that names us as the owner is then a win.
 */
@ApplicationScoped
public class Claims {
    private static final Logger LOG = Logger.getLogger(Claims.class);
    private static final int ATTEMPTS = 3;
    private static final long AGAIN_MILLIS = 250;

    private final Vertx vertx;
    private final Loops loops;
    private final MeteringClient metering;
    private final Incarnation incarnation;

    Claims(Vertx vertx, Loops loops, MeteringClient metering, Incarnation incarnation) {
        this.vertx = vertx;
        this.loops = loops;
        this.metering = metering;
        this.incarnation = incarnation;
    }

    /** Claims a stream; at most one call per stream may be under way in this process. Completes on the caller's context, never fails. */
    public Future<Claim> claim(StreamId stream) {
        return attempt(loops.here().services(), stream, 1);
    }

    private Future<Claim> attempt(HttpClient client, StreamId stream, int attempt) {
        return metering.post(client, "/v1/holds/" + stream + "/claim", incarnation.claim())
                .compose(answer -> outcome(answer, attempt > 1))
                .recover(failure -> again(client, stream, attempt, failure));
    }

    private Future<Claim> outcome(Answer answer, boolean repeated) {
        return switch (answer.status()) {
            case 200 -> metering.read(answer, ClaimReply.class).map(reply -> judged(reply, repeated));
            case 404 -> Future.succeededFuture(new Claim.Unknown());
            case 409 -> Future.succeededFuture(new Claim.Over());
            default -> Future.failedFuture("metering answered " + answer.status());
        };
    }

    private Claim judged(ClaimReply reply, boolean repeated) {
        boolean ours = reply.won() || (repeated && incarnation.gateway().equals(reply.owner()));
        return ours ? new Claim.Won(reply.epoch(), reply.cancelled()) : new Claim.Lost();
    }

    private Future<Claim> again(HttpClient client, StreamId stream, int attempt, Throwable failure) {
        if (attempt >= ATTEMPTS) {
            LOG.warnf("claim unanswered stream=%s attempt=%d reason=%s", stream, attempt, failure.getMessage());
            return Future.succeededFuture(new Claim.Unavailable());
        }
        Promise<Claim> later = Promise.promise();
        vertx.setTimer(AGAIN_MILLIS * attempt, _ -> attempt(client, stream, attempt + 1)
                .onComplete(later));
        return later.future();
    }
}
