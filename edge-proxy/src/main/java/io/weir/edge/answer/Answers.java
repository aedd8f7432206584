package io.weir.edge.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.edge.holds.Holds;
import io.weir.edge.identity.Caller;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.wire.ServiceCalls;
import io.weir.streams.render.Dialect;
import io.weir.streams.render.WholeAnswer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Starts answers, attaches readers to running ones and resumes them. */
@Singleton
public final class Answers {
    /** Answers that are shown now, or still wait for what they have asked of another service. */
    public static final String OPEN = "weir.edge.answers.open";

    /** Response header in which the relay says which dialect a stream began with. */
    private static final String DIALECT = "Weir-Dialect";

    private final Answer.Parts parts;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final ProblemWriter problems;

    Answers(
            Vertx vertx,
            Sources sources,
            Holds holds,
            ObjectMapper json,
            AnswerConfig config,
            ProblemWriter problems,
            MeterRegistry meters) {
        var open = new AtomicInteger();
        this.parts = new Answer.Parts(vertx, sources, holds, json, config, open);
        this.problems = problems;
        meters.gauge(OPEN, open);
    }

    /** Starts a stream for which credits are held, and shows it. */
    public void start(
            RoutingContext context, Caller caller, Presentation presentation, TicketClaims claims, byte[] body) {
        if (context.response().closed()) {
            parts.holds().release(claims.stream());
            return;
        }
        answer(context, caller, presentation, claims.stream(), 0, parts.config().patience())
                .fromGateway(claims, body);
    }

    /**
     * Starts a stream for which credits are held, for readers that come by themselves. Fails with a problem if it has not
     * begun.
     */
    public Future<Void> begin(Caller caller, TicketClaims claims, byte[] body) {
        Promise<Void> begun = Promise.promise();
        var answer = new Answer(parts, caller, claims.stream(), parts.config().attachPatience());
        answer.to(new Starter(begun, answer::left));
        answer.fromGateway(claims, body);
        return begun.future();
    }

    /** Shows a stream that another request has started, behind {@code after}. */
    public void attach(RoutingContext context, Caller caller, Presentation presentation, StreamId stream, long after) {
        answer(context, caller, presentation, stream, after, parts.config().attachPatience())
                .fromLog();
    }

    /**
     * Shows a stream again behind {@code after}: 204 at its end, 404 where the caller has no such stream.
     *
     * @param presentation from the dialect that the stream began with
     */
    public void resume(
            RoutingContext context,
            Caller caller,
            StreamId stream,
            long after,
            Function<Optional<Dialect>, Presentation> presentation) {
        parts.sources().log(stream, caller, after).onComplete(result -> {
            if (result.succeeded() && Sources.isStream(result.result())) {
                HttpClientResponse log = result.result();
                Optional<Dialect> began =
                        Optional.ofNullable(log.getHeader(DIALECT)).flatMap(Dialect::ofWire);
                answer(
                                context,
                                caller,
                                presentation.apply(began),
                                stream,
                                after,
                                parts.config().patience())
                        .follow(log);
            } else {
                withoutLog(context, result);
            }
        });
    }

    /** Shows a stream as it is left once it has ended: for one that has, or is being stopped. */
    public void record(RoutingContext context, Caller caller, StreamId stream) {
        answer(
                        context,
                        caller,
                        Presentation.record(context.request()),
                        stream,
                        0,
                        parts.config().attachPatience())
                .fromLog();
    }

    /**
     * Shows a stream as it is: its record if it is settled, else that it is in progress.
     *
     * @param agent whose answer it is
     * @param settled as its receipt says
     */
    @SuppressWarnings("deprecation") // the only way to hand bytes over without a copy
    public void asItStands(RoutingContext context, Caller caller, StreamId stream, String agent, boolean settled) {
        if (settled) {
            record(context, caller, stream);
            return;
        }
        context.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(Buffer.buffer(WholeAnswer.inProgress(stream, agent)));
    }

    private void withoutLog(RoutingContext context, AsyncResult<HttpClientResponse> result) {
        int status = result.succeeded() ? result.result().statusCode() : 503;
        if (result.succeeded()) {
            ServiceCalls.discard(result.result());
        }
        switch (status) {
            case 204 ->
                context.response()
                        .setStatusCode(204)
                        .putHeader("Cache-Control", "no-store")
                        .end();
            case 400 -> problems.write(context, ProblemType.MALFORMED, "The offset cannot be used.");
            case 403, 404 -> problems.write(context, ProblemType.NOT_FOUND, "There is no such stream.");
            default ->
                problems.write(
                        context, ProblemType.RELAY_UNAVAILABLE, "The stream cannot be read right now; try again.");
        }
    }

    private Answer answer(
            RoutingContext context,
            Caller caller,
            Presentation presentation,
            StreamId stream,
            long after,
            Duration patience) {
        var answer = new Answer(parts, caller, stream, patience);
        if (presentation.isWhole()) {
            answer.to(new WholeReader(context, problems, presentation, stream, answer::left));
        } else {
            answer.to(reader(context, presentation, stream, after, answer));
        }
        return answer;
    }

    private Reader reader(
            RoutingContext context, Presentation presentation, StreamId stream, long after, Answer answer) {
        var reader = new Reader(context, problems, presentation, stream, after, parts.config(), answer::left);
        readers.add(reader);
        context.addEndHandler(_ -> readers.remove(reader));
        return reader;
    }

    /** What ends each reader's response, from any thread, so that it resumes elsewhere. */
    List<Runnable> goodbyes() {
        return readers.stream().map(reader -> (Runnable) reader::sendAway).toList();
    }

    /** The offset that a request names: {@code Last-Event-ID}, else {@code ?after=}, else 0. */
    public static long after(RoutingContext context) {
        String header = context.request().getHeader("Last-Event-ID");
        String text = header == null ? context.request().getParam("after") : header;
        if (text == null || text.isEmpty()) {
            return 0;
        }
        try {
            long after = Long.parseLong(text);
            if (after >= 0) {
                return after;
            }
        } catch (NumberFormatException e) {
            throw notAnOffset();
        }
        throw notAnOffset();
    }

    private static ProblemException notAnOffset() {
        return new ProblemException(ProblemType.MALFORMED, "The offset must be a whole number from 0 on.");
    }
}
