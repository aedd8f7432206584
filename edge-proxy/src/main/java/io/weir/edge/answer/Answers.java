package io.weir.edge.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
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
import java.time.InstantSource;
import java.util.Optional;
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
    private final ProblemWriter problems;
    private final Goodbyes goodbyes;
    private final Unlogged unlogged;

    Answers(
            Vertx vertx,
            Sources sources,
            Holds holds,
            ObjectMapper json,
            AnswerConfig config,
            ProblemWriter problems,
            Goodbyes goodbyes,
            InstantSource clock,
            MeterRegistry meters) {
        var open = new AtomicInteger();
        this.parts = new Answer.Parts(vertx, sources, holds, json, config, open);
        this.problems = problems;
        this.goodbyes = goodbyes;
        this.unlogged = new Unlogged(holds, json, clock, config.patience());
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

    /**
     * Starts a stream for which credits are held, and supplies a reader of the caller's own making; credits go back where
     * that has left already.
     *
     * @param reader the reader, given what it calls once nothing more can be shown
     */
    public void start(Caller caller, TicketClaims claims, byte[] body, Function<Runnable, Recipient> reader) {
        var answer = new Answer(parts, caller, claims.stream(), parts.config().patience());
        Recipient own = supply(answer, reader);
        if (own.over()) {
            parts.holds().release(claims.stream());
        } else {
            answer.fromGateway(claims, body);
        }
    }

    /** The same for a stream that was started before: its log is read from the beginning, and waited for. */
    public void attach(Caller caller, StreamId stream, Function<Runnable, Recipient> reader) {
        var answer = new Answer(parts, caller, stream, parts.config().attachPatience());
        supply(answer, reader);
        answer.fromLog();
    }

    /**
     * The same for a stream that is read again behind {@code after}. False where a finished stream has nothing behind it;
     * fails with a problem where the caller has no such stream, or it cannot be read.
     */
    public Future<Boolean> resume(Caller caller, StreamId stream, long after, Function<Runnable, Recipient> reader) {
        return log(caller, stream, after).map(log -> {
            log.ifPresent(found -> {
                var answer = new Answer(parts, caller, stream, parts.config().patience());
                supply(answer, reader);
                answer.follow(found);
            });
            return log.isPresent();
        });
    }

    private static Recipient supply(Answer answer, Function<Runnable, Recipient> reader) {
        Recipient own = reader.apply(answer::left);
        answer.to(own);
        return own;
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
        log(caller, stream, after)
                .onSuccess(log -> log.ifPresentOrElse(
                        found -> answer(
                                        context,
                                        caller,
                                        presentation.apply(began(found)),
                                        stream,
                                        after,
                                        parts.config().patience())
                                .follow(found),
                        () -> context.response()
                                .setStatusCode(204)
                                .putHeader("Cache-Control", "no-store")
                                .end()))
                .onFailure(problem -> problems.write(context, problem));
    }

    private static Optional<Dialect> began(HttpClientResponse log) {
        return Optional.ofNullable(log.getHeader(DIALECT)).flatMap(Dialect::ofWire);
    }

    /** The log behind an offset, or empty at the end of a finished stream. Fails with a problem. */
    private Future<Optional<HttpClientResponse>> log(Caller caller, StreamId stream, long after) {
        return parts.sources().log(stream, caller, after).transform(result -> {
            if (result.succeeded() && Sources.isStream(result.result())) {
                return Future.succeededFuture(Optional.of(result.result()));
            }
            int status = result.succeeded() ? result.result().statusCode() : 503;
            if (result.succeeded()) {
                ServiceCalls.discard(result.result());
            }
            return switch (status) {
                case 204 -> Future.succeededFuture(Optional.empty());
                case 400 -> refused(ProblemType.MALFORMED, "The offset cannot be used.");
                case 403 -> Future.failedFuture(Unlogged.none());
                case 404 -> unlogged.problem(caller, stream).compose(Future::failedFuture);
                default -> Future.failedFuture(Unlogged.later());
            };
        });
    }

    private static <T> Future<T> refused(ProblemType type, String detail) {
        return Future.failedFuture(new ProblemException(type, detail));
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
        Runnable forget = goodbyes.add(reader::sendAway);
        context.addEndHandler(_ -> forget.run());
        return reader;
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
