package io.weir.edge.answer;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.Terminal;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.streams.render.Commitment;
import io.weir.streams.render.Dialect;
import io.weir.streams.render.WholeAnswer;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.Optional;

/**
 * A caller that asked for the whole answer at once: nothing leaves before the terminal event, which has all of it. To who
 * has asked the question, a failed answer, or one that was cut short before it said anything, is an HTTP problem. Event loop
 * of the request only.
 */
final class WholeReader implements Recipient {
    private final RoutingContext context;
    private final ProblemWriter problems;
    private final Presentation presentation;
    private final StreamId stream;
    private final Runnable left;
    private long cursor;
    private boolean said;
    private boolean ended;
    private boolean over;

    /**
     * A caller that has nothing yet.
     *
     * @param left told once, when nothing more can be shown
     */
    WholeReader(
            RoutingContext context, ProblemWriter problems, Presentation presentation, StreamId stream, Runnable left) {
        this.context = context;
        this.problems = problems;
        this.presentation = presentation;
        this.stream = stream;
        this.left = left;
        context.response().exceptionHandler(_ -> finished()).closeHandler(_ -> finished());
        if (context.response().closed()) {
            context.vertx().runOnContext(_ -> finished());
        }
    }

    @Override
    public void run(Run run) {
        if (over || ended) {
            return;
        }
        cursor = run.last();
        if (run instanceof Run.Terminal terminal) {
            ended = true;
            end(terminal);
        } else {
            said |= Commitment.commits(run);
        }
    }

    @Override
    public void snapshot(Deltas text) {
        cursor = text.last();
        said = true;
    }

    @Override
    public void weir(String type, ByteBuf json) {
        // there is no stream that it could be part of
    }

    private void end(Run.Terminal terminal) {
        boolean failed = terminal.reason().terminal() == Terminal.FAILED;
        boolean hides = presentation.extent() == Presentation.Extent.WHOLE && (failed || !said);
        Optional<Commitment.Failure> failure = hides ? Commitment.problemOf(terminal) : Optional.empty();
        if (failure.isPresent()) {
            context.response().putHeader(StreamId.HEADER, stream.toString());
            refuse(new ProblemException(failure.get().type(), failure.get().detail()));
            return;
        }
        ByteBuf body = presentation.dialect() == Dialect.CHAT_COMPLETIONS
                ? WholeAnswer.chatCompletion(stream, presentation.model(), terminal)
                : WholeAnswer.response(terminal);
        finished();
        answer(body);
    }

    @SuppressWarnings("deprecation") // the only way to hand bytes over without a copy
    private void answer(ByteBuf body) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(200);
        response.headers()
                .set("Content-Type", "application/json")
                .set("Cache-Control", "no-store")
                .set(StreamId.HEADER, stream.toString());
        response.end(Buffer.buffer(body));
    }

    @Override
    public void refuse(ProblemException problem) {
        if (!over) {
            finished();
            problems.write(context, problem);
        }
    }

    @Override
    public void cut() {
        refuse(new ProblemException(ProblemType.RELAY_UNAVAILABLE, "The answer cannot be read right now."));
    }

    @Override
    public long cursor() {
        return cursor;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public boolean over() {
        return over;
    }

    private void finished() {
        if (!over) {
            over = true;
            left.run();
        }
    }
}
