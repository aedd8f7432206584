package io.weir.edge.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.edge.holds.Holds;
import io.weir.edge.identity.Caller;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.ServiceAnswer;
import io.weir.edge.wire.ServiceCalls;
import io.weir.streams.run.CanonicalReader;
import io.weir.streams.sse.StreamFormatException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one reader supplied: from the gateway first, from the relay's log once that connection is lost, until a terminal
 * event has come or the reader has left. Losing a source is never the end of an answer, and a reader that leaves only
 * closes the source's connection. Event loop of the request only.
 */
final class Answer {
    private static final long MAX_PAUSE_MILLIS = 5000;

    private final Parts parts;
    private final Caller caller;
    private final StreamId stream;
    private final Duration patience;
    private @Nullable Recipient reader;
    private @Nullable HttpClientResponse source;
    private final long startedNanos = System.nanoTime();
    private long lastHeardNanos = startedNanos;
    private long pauseMillis;
    private long retryTimer = -1;
    private long silenceTimer = -1;
    private boolean left;
    private int waiting;

    /**
     * What every answer is made with.
     *
     * @param open answers that are not over: shown, or still waiting for what they have asked of another service
     */
    record Parts(
            Vertx vertx, Sources sources, Holds holds, ObjectMapper json, AnswerConfig config, AtomicInteger open) {}

    Answer(Parts parts, Caller caller, StreamId stream, Duration patience) {
        this.parts = parts;
        this.caller = caller;
        this.stream = stream;
        this.patience = patience;
        this.pauseMillis = parts.config().retryPause().toMillis();
        parts.open().incrementAndGet();
    }

    /** Names the reader to be supplied, before anything else is called. */
    void to(Recipient reader) {
        this.reader = reader;
    }

    /** The reader has left, or has been told the end. */
    void left() {
        parts.vertx().cancelTimer(retryTimer);
        HttpClientResponse open = source;
        forgetSource();
        if (open != null) {
            ServiceCalls.discard(open);
        }
        left = true;
        mayBeOver();
    }

    /** Handles the outcome of something asked of another service; until then the answer is not over. */
    private <T> void await(Future<T> asked, Handler<AsyncResult<T>> handler) {
        waiting++;
        asked.onComplete(result -> {
            handler.handle(result);
            waiting--;
            mayBeOver();
        });
    }

    private void mayBeOver() {
        if (left && waiting == 0) {
            parts.open().decrementAndGet();
        }
    }

    /** Opens the reserved stream at the gateway and shows what comes. */
    void fromGateway(TicketClaims claims, byte[] body) {
        await(parts.sources().gateway(claims, body), this::gatewayAnswered);
    }

    private void gatewayAnswered(AsyncResult<HttpClientResponse> result) {
        if (result.failed()) {
            Log.warnf(
                    "gateway not reached stream=%s cause=%s",
                    stream, result.cause().getMessage());
            notStarted(new ProblemException(
                    ProblemType.GATEWAY_UNAVAILABLE,
                    "The answer could not be started. Nothing was charged; try again."));
        } else if (Sources.isStream(result.result())) {
            follow(result.result());
        } else {
            readRefusal(result.result());
        }
    }

    private void readRefusal(HttpClientResponse response) {
        await(response.body(), body -> {
            Buffer bytes = body.succeeded() ? body.result() : Buffer.buffer();
            notStarted(refusal(new ServiceAnswer(response.statusCode(), response.headers(), bytes)));
        });
        response.resume();
    }

    private ProblemException refusal(ServiceAnswer answer) {
        Log.warnf("gateway refused stream=%s status=%d", stream, answer.status());
        ProblemType type = answer.problem(parts.json()).orElse(ProblemType.GATEWAY_UNAVAILABLE);
        boolean ours = type == ProblemType.UNAUTHENTICATED || type == ProblemType.INTERNAL;
        return new ProblemException(
                ours ? ProblemType.GATEWAY_UNAVAILABLE : type,
                "The gateway did not start the answer. Nothing was charged.");
    }

    /**
     * Gives the hold back, unless a gateway has the stream after all: then its log is read. Only metering knows which, so it
     * is asked until it answers: nobody is told that nothing was charged before that is certain.
     */
    private void notStarted(ProblemException problem) {
        await(parts.holds().release(stream), outcome -> {
            switch (outcome.result()) {
                case RELEASED -> reader().refuse(problem);
                case CLAIMED -> fromLog();
                case UNKNOWN -> again(() -> notStarted(problem), this::unconfirmed);
            }
        });
    }

    private void unconfirmed() {
        Log.warnf("start not confirmed stream=%s", stream);
        reader().refuse(new ProblemException(
                ProblemType.METERING_UNAVAILABLE,
                "Whether the answer was started cannot be told right now. Its receipt will say so, and what it cost."));
    }

    /** Shows what a source sends, until it ends. */
    void follow(HttpClientResponse response) {
        if (reader().over()) {
            ServiceCalls.discard(response);
            return;
        }
        source = response;
        lastHeardNanos = System.nanoTime();
        listenUntilSilent(response, parts.sources().silence().toNanos());
        var events = new CanonicalReader(parts.sources().maxEventBytes(), reader());
        response.handler(chunk -> feed(response, events, chunk));
        response.endHandler(_ -> lost(response));
        response.exceptionHandler(_ -> lost(response));
        response.resume();
    }

    @SuppressWarnings("deprecation") // a view of the chunk, without a copy
    private void feed(HttpClientResponse from, CanonicalReader events, Buffer chunk) {
        if (from != source) {
            return;
        }
        lastHeardNanos = System.nanoTime();
        long before = reader().cursor();
        try {
            events.feed(chunk.getByteBuf());
        } catch (StreamFormatException e) {
            Log.errorf("source sent no event stream stream=%s cause=%s", stream, e.getMessage());
            lost(from);
            ServiceCalls.discard(from);
        }
        if (reader().cursor() > before) {
            pauseMillis = parts.config().retryPause().toMillis();
        }
    }

    /** One timer, however often something is heard. */
    private void listenUntilSilent(HttpClientResponse from, long nanos) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
        silenceTimer = parts.vertx().setTimer(millis, _ -> {
            long remaining = lastHeardNanos + parts.sources().silence().toNanos() - System.nanoTime();
            if (remaining > 0) {
                listenUntilSilent(from, remaining);
            } else {
                lost(from);
                ServiceCalls.discard(from);
            }
        });
    }

    private void forgetSource() {
        source = null;
        parts.vertx().cancelTimer(silenceTimer);
    }

    private void lost(HttpClientResponse from) {
        if (from != source) {
            return;
        }
        forgetSource();
        if (!reader().ended() && !reader().over()) {
            Log.infof("source lost, going on from the log stream=%s after=%d", stream, reader().cursor());
            retryLog();
        }
    }

    /** Reads the log behind what the reader has. */
    void fromLog() {
        if (reader().over()) {
            return;
        }
        await(parts.sources().log(stream, caller, reader().cursor()), this::logAnswered);
    }

    private void logAnswered(AsyncResult<HttpClientResponse> result) {
        if (result.succeeded() && Sources.isStream(result.result())) {
            follow(result.result());
            return;
        }
        if (result.succeeded()) {
            ServiceCalls.discard(result.result());
        }
        if (result.succeeded() && result.result().statusCode() == 204) {
            reader().cut();
        } else {
            retryLog();
        }
    }

    private void retryLog() {
        again(this::fromLog, this::giveUp);
    }

    /** Does something once more after a pause, or the other thing once the reader's patience is at its end. */
    private void again(Runnable once, Runnable otherwise) {
        if (reader().over()) {
            return;
        }
        long now = System.nanoTime();
        if (now - lastHeardNanos > patience.toNanos()
                || now - startedNanos > parts.config().longest().toNanos()) {
            otherwise.run();
            return;
        }
        retryTimer = parts.vertx().setTimer(pauseMillis, _ -> once.run());
        pauseMillis = Math.min(MAX_PAUSE_MILLIS, 2 * pauseMillis);
    }

    private void giveUp() {
        Log.warnf("answer not found in the log stream=%s after=%d", stream, reader().cursor());
        if (reader().cursor() == 0) {
            reader().refuse(new ProblemException(
                    ProblemType.RELAY_UNAVAILABLE,
                    "The answer cannot be read right now. Its receipt says what it cost."));
        } else {
            reader().cut();
        }
    }

    private Recipient reader() {
        if (reader == null) {
            throw new IllegalStateException("no reader yet");
        }
        return reader;
    }
}
