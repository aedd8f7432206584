package io.weir.edge.admission;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import java.util.Locale;

/** Reads request bodies up to a bound. The request must have been paused before anything asynchronous was done with it. */
public final class Bodies {
    private Bodies() {}

    /** The body. Fails with a 413 problem as soon as it is known to be larger than {@code maxBytes}. */
    public static Future<Buffer> read(HttpServerRequest request, int maxBytes) {
        if (declaredLength(request) > maxBytes) {
            return Future.failedFuture(tooLarge(maxBytes));
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.exceptionHandler(whole::tryFail);
        request.endHandler(_ -> whole.tryComplete(body));
        request.handler(chunk -> {
            if (body.length() + chunk.length() <= maxBytes) {
                body.appendBuffer(chunk);
            } else {
                whole.tryFail(tooLarge(maxBytes));
            }
        });
        request.resume();
        return whole.future();
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

    private static ProblemException tooLarge(int maxBytes) {
        return new ProblemException(ProblemType.TOO_LARGE, "The body may have " + maxBytes + " bytes at most.");
    }
}
