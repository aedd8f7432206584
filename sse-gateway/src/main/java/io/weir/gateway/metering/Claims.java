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
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Claims streams. A claim whose answer is lost may have been won, and nobody would ever sweep it while this gateway's
 * lease lives; so it is asked again until it is answered. Metering answers {@code won} to the process that has won
 * before, and to no other: not even to the next process of the same gateway.
 */
@ApplicationScoped
public class Claims {
    private static final Logger LOG = Logger.getLogger(Claims.class);
    /** After so many unanswered ones the caller is told. */
    private static final int PATIENCE = 3;

    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LAST_PAUSE_MILLIS = 5_000;
    /** By then the ticket has long expired, and what metering answers is no outage but a fault. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Vertx vertx;
    private final Loops loops;
    private final MeteringClient metering;
    private final Incarnation incarnation;

    /** One claim and its repetitions. */
    private record Ask(HttpClient client, StreamId stream, Runnable delayed, Promise<Claim> answer, long sinceNanos) {}

    Claims(Vertx vertx, Loops loops, MeteringClient metering, Incarnation incarnation) {
        this.vertx = vertx;
        this.loops = loops;
        this.metering = metering;
        this.incarnation = incarnation;
    }

    /**
     * Claims a stream; at most one call per stream may be under way in this process. Completes on the caller's context,
     * never fails.
     *
     * @param delayed told at most once, on the caller's context, when metering does not answer for the time being. It is
     *     asked on, and a claim that is won after that must be lived, too
     */
    public Future<Claim> claim(StreamId stream, Runnable delayed) {
        Promise<Claim> answer = Promise.promise();
        attempt(new Ask(loops.here().services(), stream, delayed, answer, System.nanoTime()), 1);
        return answer.future();
    }

    private void attempt(Ask ask, int attempt) {
        long sentNanos = System.nanoTime();
        metering.post(ask.client(), "/v1/holds/" + ask.stream() + "/claim", incarnation.claim())
                .compose(answer -> outcome(answer, sentNanos))
                .onSuccess(ask.answer()::complete)
                .onFailure(failure -> again(ask, attempt, failure));
    }

    private Future<Claim> outcome(Answer answer, long sentNanos) {
        return switch (answer.status()) {
            case 200 -> metering.read(answer, ClaimReply.class).map(reply -> judged(reply, sentNanos));
            case 404 -> Future.succeededFuture(new Claim.Unknown());
            case 409 -> Future.succeededFuture(new Claim.Over());
            default -> Future.failedFuture("metering answered " + answer.status());
        };
    }

    private static Claim judged(ClaimReply reply, long sentNanos) {
        return reply.won() ? new Claim.Won(reply.epoch(), reply.cancelled(), sentNanos) : new Claim.Lost();
    }

    private void again(Ask ask, int attempt, Throwable failure) {
        if (System.nanoTime() - ask.sinceNanos() > LONGEST.toNanos()) {
            LOG.errorf("claim given up stream=%s attempt=%d reason=%s", ask.stream(), attempt, failure.getMessage());
            ask.answer().complete(new Claim.Unavailable());
            return;
        }
        if (attempt == PATIENCE) {
            LOG.warnf("claim unanswered stream=%s attempt=%d reason=%s", ask.stream(), attempt, failure.getMessage());
            ask.delayed().run();
        }
        long pauseMillis = Math.min(LAST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * attempt);
        vertx.setTimer(pauseMillis, _ -> attempt(ask, attempt + 1));
    }
}
