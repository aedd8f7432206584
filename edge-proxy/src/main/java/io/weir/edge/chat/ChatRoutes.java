package io.weir.edge.chat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.keys.KeyScope;
import io.weir.edge.admission.Admission;
import io.weir.edge.admission.AdmissionConfig;
import io.weir.edge.admission.Bodies;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.Methods;
import io.weir.edge.problems.ProblemWriter;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The endpoints that start an answer: who, whether, what, and then {@link Asking}. */
@Singleton
public final class ChatRoutes {
    /** Bodies beyond this size, in bytes, are hashed and parsed off the event loop. */
    private static final int PREPARED_ON_LOOP = 64 * 1024;

    private final Vertx vertx;
    private final Callers callers;
    private final Bodies bodies;
    private final Admission admission;
    private final QuestionReader questions;
    private final Asking asking;
    private final ProblemWriter problems;
    private final int maxBodyBytes;

    ChatRoutes(
            Vertx vertx,
            Callers callers,
            Bodies bodies,
            Admission admission,
            AdmissionConfig config,
            QuestionReader questions,
            Asking asking,
            ProblemWriter problems) {
        this.vertx = vertx;
        this.callers = callers;
        this.bodies = bodies;
        this.admission = admission;
        this.questions = questions;
        this.asking = asking;
        this.problems = problems;
        this.maxBodyBytes = config.maxBodyBytes();
    }

    void routes(@Observes Router router) {
        route(router, "/api/chat/stream", Endpoint.CHAT_STREAM, "GET, POST");
        route(router, "/api/chat/start", Endpoint.CHAT_START);
        route(router, "/api/v1/actions/chats/:chatId/messages", Endpoint.CHAT_MESSAGES);
        route(router, "/chats/:chatId/messages", Endpoint.CHAT_MESSAGES);
        route(router, "/v1/responses", Endpoint.RESPONSES);
        route(router, "/v1/chat/completions", Endpoint.CHAT_COMPLETIONS);
    }

    private void route(Router router, String path, Endpoint endpoint) {
        route(router, path, endpoint, "POST");
    }

    private void route(Router router, String path, Endpoint endpoint, String allowed) {
        router.post(path).handler(context -> handle(context, endpoint));
        Methods.only(router, problems, path, allowed);
    }

    private void handle(RoutingContext context, Endpoint endpoint) {
        HttpServerRequest request = context.request();
        request.pause();
        admission.knock(request);
        callers.require(context, KeyScope.CHAT)
                .compose(caller -> admit(context, caller))
                .compose(caller -> bodies.use(request, maxBodyBytes, body -> ask(context, endpoint, caller, body)))
                .onFailure(failure -> problems.write(context, failure));
    }

    private Future<Caller> admit(RoutingContext context, Caller caller) {
        Bodies.requireJson(context.request());
        Admission.Place place = admission.admit(caller.payer());
        // Told of every end: an answer, a problem, a reader that left.
        context.addEndHandler(_ -> place.close());
        return Future.succeededFuture(caller);
    }

    private Future<Void> ask(RoutingContext context, Endpoint endpoint, Caller caller, Buffer body) {
        return prepare(context, endpoint, caller, body)
                .compose(asked -> endpoint == Endpoint.CHAT_START
                        ? asking.start(caller, asked.question(), asked.key()).map(stream -> started(context, stream))
                        : asking.ask(context, caller, asked.question(), asked.key(), asked.sentSha256()));
    }

    private static @Nullable Void started(RoutingContext context, StreamId stream) {
        HttpServerResponse response = context.response();
        if (!response.ended() && !response.closed()) {
            response.putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .putHeader(StreamId.HEADER, stream.toString())
                    .end("{\"streamId\":\"" + stream + "\"}");
        }
        return null;
    }

    private record Asked(Question question, Key key, String sentSha256) {}

    private static Asked asked(Question question, @Nullable String key, Caller caller, String path, byte[] body) {
        return new Asked(question, Key.of(key, caller, path, body), Key.bodySha256(body));
    }

    private Future<Asked> prepare(RoutingContext context, Endpoint endpoint, Caller caller, Buffer body) {
        String chatId = context.pathParam("chatId");
        String header = context.request().getHeader("Idempotency-Key");
        String path = String.valueOf(context.normalizedPath());
        Supplier<Asked> asked =
                () -> asked(questions.read(endpoint, chatId, body), header, caller, path, body.getBytes());
        if (body.length() <= PREPARED_ON_LOOP) {
            return Future.succeededFuture(asked.get());
        }
        return vertx.executeBlocking(asked::get, false);
    }
}
