package io.weir.gateway.posted;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.net.NettyBytes;
import io.weir.gateway.stream.Source.InputAnswer;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.sse.BodyDecoder;

/**
 * A body of events, as it comes. One piece is handed to the stream's loop at a time, and meanwhile nothing more is read: so a
 * stream that must wait makes its producer wait. Answered when the body or the stream has ended.
 */
final class Upload implements Inlet {
    private final HttpServerRequest request;
    private final PostedStream stream;
    private final BodyDecoder decoder;
    private final Answers answers;
    private final long maxBytes;
    private final Context context = Vertx.currentContext();
    private long bytes; // request's loop
    private boolean answered; // request's loop

    /** An upload on the caller's loop. */
    Upload(HttpServerRequest request, PostedStream stream, BodyDecoder decoder, Answers answers, long maxBytes) {
        this.request = request;
        this.stream = stream;
        this.decoder = decoder;
        this.answers = answers;
        this.maxBytes = maxBytes;
    }

    /** Reads, as soon as the stream has let go of whoever fed it before. */
    void begin() {
        request.handler(this::received);
        request.endHandler(_ -> stream.run(this::complete));
        request.exceptionHandler(_ -> stream.run(() -> stream.disconnect(this)));
        request.response().closeHandler(_ -> stream.run(() -> stream.disconnect(this)));
        stream.run(() -> {
            if (stream.connect(this)) {
                goOn();
            }
        });
    }

    private void received(Buffer chunk) {
        if (answered) {
            return;
        }
        request.pause();
        bytes += chunk.length();
        if (bytes > maxBytes) {
            stream.run(() -> {
                stream.disconnect(this);
                refuse(
                        ProblemType.TOO_LARGE,
                        "One body may have " + maxBytes + " bytes; go on with another one.",
                        stream.standing());
            });
            return;
        }
        stream.run(() -> {
            if (stream.take(this, () -> decoder.feed(NettyBytes.of(chunk)), chunk.length())) {
                goOn();
            }
        });
    }

    /** The body has ended as a body should; the stream goes on, unless its events said otherwise. */
    private void complete() {
        if (stream.isFedBy(this)) {
            stream.take(this, decoder::end, 0);
        }
        if (stream.isFedBy(this) && !stream.endOfPiece()) {
            stream.disconnect(this);
            answer(200, stream.standing());
        }
    }

    @Override
    public void goOn() {
        context.runOnContext(_ -> request.resume());
    }

    @Override
    public void taken(long head) {
        // Told when the body ends, or to whoever asks.
    }

    @Override
    public boolean gap(long number, Standing standing) {
        refuse(
                ProblemType.CONFLICT,
                "Event " + (standing.head() + 1) + " is the next one; this one is " + number + ".",
                standing);
        return false;
    }

    @Override
    public void ended(Standing standing, boolean asSaid) {
        if (asSaid) {
            answer(200, standing);
        } else {
            refuse(ProblemType.CONFLICT, "The stream has ended: " + standing.reason() + ".", standing);
        }
    }

    @Override
    public void input(AppendFrame.Input input, InputAnswer answer) {
        answer.answered(InputAnswer.UNSUPPORTED);
    }

    @Override
    public void refuse(ProblemType type, String detail, Standing standing) {
        context.runOnContext(_ -> {
            answered = true;
            answers.send(request, type, detail, standing);
        });
    }

    private void answer(int status, Standing standing) {
        context.runOnContext(_ -> {
            answered = true;
            answers.send(request, status, standing);
        });
    }
}
