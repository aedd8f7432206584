package io.weir.edge.admission;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Reads request bodies: each up to a bound and within a time, all together within a budget of memory. A request must have
 * been paused before anything asynchronous was done with it.
 */
@Singleton
public final class Bodies {
    /** Bytes of request bodies that are being read, or that somebody still works on. */
    static final String HELD = "weir.edge.bodies.held";

    private final Vertx vertx;
    private final AdmissionConfig config;
    private final AtomicLong heldBytes = new AtomicLong();

    Bodies(Vertx vertx, AdmissionConfig config, MeterRegistry meters) {
        this.vertx = vertx;
        this.config = config;
        meters.gauge(HELD, heldBytes);
    }

    /**
     * Reads the body and has it used; its memory counts until the use is over. Fails with a problem: 413 as soon as it is
     * known to be larger than {@code maxBytes}, 503 where all bodies together would take too much, 400 where it does not
     * arrive in time.
     */
    public <T> Future<T> use(HttpServerRequest request, int maxBytes, Function<Buffer, Future<T>> use) {
        long declared = declaredLength(request);
        if (declared > maxBytes) {
            return Future.failedFuture(tooLarge(maxBytes));
        }
        var reading = new Reading(request, maxBytes);
        // What is declared is held at once: better one refusal now than many in the middle.
        if (!reading.hold(Math.max(declared, 0))) {
            return Future.failedFuture(full());
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        return reading.whole().compose(use).onComplete(_ -> reading.release());
    }

    /** One body. Event loop of the request. */
    private final class Reading {
        private final HttpServerRequest request;
        private final int maxBytes;
        private final Promise<Buffer> whole = Promise.promise();
        private Buffer body = Buffer.buffer();
        private long held;

        Reading(HttpServerRequest request, int maxBytes) {
            this.request = request;
            this.maxBytes = maxBytes;
        }

        Future<Buffer> whole() {
            long timer = vertx.setTimer(config.bodyWithin().toMillis(), _ -> late());
            request.exceptionHandler(this::fail);
            request.endHandler(_ -> whole.tryComplete(body));
            request.handler(this::add);
            request.resume();
            return whole.future().onComplete(_ -> vertx.cancelTimer(timer));
        }

        private void add(Buffer chunk) {
            if (whole.future().isComplete()) {
                return;
            }
            if (body.length() + chunk.length() > maxBytes) {
                fail(tooLarge(maxBytes));
            } else if (!hold(body.length() + chunk.length() - held)) {
                fail(full());
            } else {
                body.appendBuffer(chunk);
            }
        }

        /** Takes so much more of the budget; nothing if that is not there. */
        boolean hold(long more) {
            if (more <= 0) {
                return true;
            }
            if (heldBytes.addAndGet(more) > config.maxHeldBytes()) {
                heldBytes.addAndGet(-more);
                return false;
            }
            held += more;
            return true;
        }

        private void fail(Throwable failure) {
            if (whole.tryFail(failure)) {
                body = Buffer.buffer();
            }
        }

        void release() {
            heldBytes.addAndGet(-held);
            held = 0;
        }

        /** Nobody waits for the rest of such a body: its connection is closed behind the answer. */
        private void late() {
            boolean own = request.version() != HttpVersion.HTTP_2;
            if (own) {
                request.response().putHeader("Connection", "close");
            }
            fail(new ProblemException(
                    ProblemType.MALFORMED,
                    "The body did not arrive within " + config.bodyWithin().toSeconds() + " s."));
            if (own) {
                vertx.runOnContext(_ -> request.connection().close());
            }
        }
    }

    /** Checks that the body is declared as JSON. */
    public static void requireJson(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!media.equals("application/json")) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send JSON with Content-Type: application/json.");
        }
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemType.MALFORMED, "Content-Length is no number.");
        }
    }

    private static ProblemException full() {
        return new ProblemException(ProblemType.OVERLOADED, "Too many large requests at once; try again.");
    }

    private static ProblemException tooLarge(int maxBytes) {
        return new ProblemException(ProblemType.TOO_LARGE, "The body may have " + maxBytes + " bytes at most.");
    }
}
