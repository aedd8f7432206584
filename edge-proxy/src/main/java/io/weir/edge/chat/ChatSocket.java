package io.weir.edge.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.admission.Admission;
import io.weir.edge.answer.AnswerConfig;
import io.weir.edge.answer.Answers;
import io.weir.edge.answer.Recipient;
import io.weir.edge.identity.Caller;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.resume.Stop;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's socket: what it asks is done side by side, and each answer is shown as it comes. A socket that is gone leaves
 * its streams alone. Event loop of the socket only.
 */
final class ChatSocket {
    private final Parts parts;
    private final RoutingContext context;
    private final Caller caller;
    private final Supplier<Future<Caller>> again;
    private final SocketWire wire;
    private final Set<SocketReader> readers = new HashSet<>();
    /** Streams that are shown or being opened, and stops that are under way. */
    private int busy;

    private boolean gone;

    /** What every socket is made with. */
    @Singleton
    record Parts(
            QuestionReader questions,
            Asking asking,
            Answers answers,
            Stop stop,
            Admission admission,
            ProblemWriter problems,
            AnswerConfig answerConfig,
            ChatSocketConfig config,
            InstantSource clock) {}

    /**
     * A socket that has just been opened.
     *
     * @param again looks at the caller's API key again
     */
    ChatSocket(Parts parts, RoutingContext context, Caller caller, Supplier<Future<Caller>> again, SocketWire wire) {
        this.parts = parts;
        this.context = context;
        this.caller = caller;
        this.again = again;
        this.wire = wire;
    }

    /** Does what a message asks; what is wrong with it is said, and the socket stays. */
    void message(Buffer text) {
        String ref = null;
        try {
            ObjectNode message = parts.questions().object(text.getBytes(), "message");
            ref = SocketRequest.ref(message);
            SocketRequest request = SocketRequest.of(message);
            if (busy >= parts.config().maxStreams()) {
                throw new ProblemException(
                        ProblemType.TOO_MANY_STREAMS,
                        "This socket shows as many streams as it may; wait for one to end.");
            }
            handle(request, ref, message, text);
        } catch (ProblemException problem) {
            error(ref, null, problem);
        }
    }

    private void handle(SocketRequest request, @Nullable String ref, ObjectNode message, Buffer text) {
        switch (request) {
            case SocketRequest.Send(var key) -> send(ref, key, message, text);
            case SocketRequest.Resume(var stream, var after) -> resume(ref, stream, after);
            case SocketRequest.Stop(var stream) -> stop(ref, stream);
        }
    }

    private void send(@Nullable String ref, @Nullable String name, ObjectNode message, Buffer text) {
        Question question = parts.questions().read(Endpoint.CHAT_SOCKET, null, message, text);
        Key key = Key.of(name, caller, ChatSocketRoutes.PATH, text.getBytes());
        SessionId session = Objects.requireNonNull(question.session(), "chat questions name their session");
        busy++;
        still().compose(known -> {
                    Admission.Place place = parts.admission().admit(caller.payer());
                    return parts.asking()
                            .open(known, question, key)
                            .onSuccess(opening -> show(ref, session, opening, place))
                            .onFailure(_ -> place.close());
                })
                .onFailure(failure -> {
                    busy--;
                    error(ref, null, failure);
                });
    }

    /** The caller, if what it came with still counts: a key may be revoked and a token expire while a socket is open. */
    private Future<Caller> still() {
        var end = caller.expiresAt();
        if (end != null && !parts.clock().instant().isBefore(end)) {
            return Future.failedFuture(new ProblemException(
                    ProblemType.UNAUTHENTICATED, "The credentials have expired; open a new socket with fresh ones."));
        }
        return caller.key() == null ? Future.succeededFuture(caller) : again.get();
    }

    private void show(@Nullable String ref, SessionId session, Asking.Opening opening, Admission.Place place) {
        if (!gone) {
            wire.started(ref, opening.stream(), session.value());
        }
        Function<Runnable, Recipient> reader = left -> reader(opening.stream(), 0, () -> {
            place.close();
            left.run();
        });
        switch (opening) {
            case Asking.Opening.Reserved(var claims, var body) ->
                parts.answers().start(caller, claims, body.getBytes(), reader);
            case Asking.Opening.Known(var stream) -> parts.answers().attach(caller, stream, reader);
        }
    }

    /** A reader of this socket; one that comes too late is over already. */
    private SocketReader reader(StreamId stream, long after, Runnable left) {
        var all = readers;
        var self = new SocketReader[1];
        var reader = new SocketReader(
                wire, stream, after, parts.answerConfig(), problem -> error(null, stream, problem), () -> {
                    all.remove(self[0]);
                    busy--;
                    left.run();
                });
        self[0] = reader;
        all.add(reader);
        if (gone) {
            reader.leave();
        }
        return reader;
    }

    private void resume(@Nullable String ref, StreamId stream, long after) {
        busy++;
        parts.answers()
                .resume(caller, stream, after, left -> reader(stream, after, left))
                .onSuccess(shown -> {
                    if (!shown) {
                        busy--;
                        wire.ended(ref, stream);
                    }
                })
                .onFailure(failure -> {
                    busy--;
                    error(ref, stream, failure);
                });
    }

    private void stop(@Nullable String ref, StreamId stream) {
        busy++;
        parts.stop()
                .stop(stream, caller)
                .onComplete(_ -> busy--)
                .onSuccess(open -> {
                    if (open) {
                        wire.stopping(ref, stream);
                    } else {
                        wire.ended(ref, stream);
                    }
                })
                .onFailure(failure -> error(ref, stream, failure));
    }

    private void error(@Nullable String ref, @Nullable StreamId stream, Throwable failure) {
        wire.error(ref, stream, parts.problems().body(context, failure));
    }

    /** The socket is gone; its answers go on without it. */
    void gone() {
        gone = true;
        Set.copyOf(readers).forEach(SocketReader::leave);
    }
}
