package io.weir.edge.chat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.edge.admission.Admission;
import io.weir.edge.admission.AdmissionConfig;
import io.weir.edge.admission.Bodies;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.Methods;
import io.weir.edge.problems.ProblemWriter;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The endpoints that start an answer: who, whether, what, and then {@link Asking}. */
@Singleton
public final class ChatRoutes {
    /** Bodies beyond this size are parsed off the event loop. */
    private static final int PARSED_ON_LOOP = 64 * 1024;

    private final Vertx vertx;
    private final Callers callers;
    private final Admission admission;
    private final QuestionReader questions;
    private final Asking asking;
    private final ProblemWriter problems;
    private final int maxBodyBytes;

    ChatRoutes(
            Vertx vertx,
            Callers callers,
            Admission admission,
            AdmissionConfig config,
            QuestionReader questions,
            Asking asking,
            ProblemWriter problems) {
        this.vertx = vertx;
        this.callers = callers;
        this.admission = admission;
        this.questions = questions;
        this.asking = asking;
        this.problems = problems;
        this.maxBodyBytes = config.maxBodyBytes();
    }

    void routes(@Observes Router router) {
        route(router, "/api/chat/stream", Endpoint.CHAT_STREAM);
        route(router, "/api/v1/actions/chats/:chatId/messages", Endpoint.CHAT_MESSAGES);
        route(router, "/chats/:chatId/messages", Endpoint.CHAT_MESSAGES);
        route(router, "/v1/responses", Endpoint.RESPONSES);
    }

    private void route(Router router, String path, Endpoint endpoint) {
        router.post(path).handler(context -> handle(context, endpoint));
        Methods.only(router, problems, path, "POST");
    }

    private void handle(RoutingContext context, Endpoint endpoint) {
        HttpServerRequest request = context.request();
        request.pause();
        callers.require(context)
                .compose(caller -> read(caller, request))
                .compose(asked -> ask(context, endpoint, asked))
                .onFailure(failure -> problems.write(context, failure));
    }

    private record Asked(Caller caller, Buffer body) {}

    private Future<Asked> read(Caller caller, HttpServerRequest request) {
        admission.admit(caller.payer());
        Bodies.requireJson(request);
        return Bodies.read(request, maxBodyBytes).map(body -> new Asked(caller, body));
    }

    private Future<Void> ask(RoutingContext context, Endpoint endpoint, Asked asked) {
        return parse(endpoint, context.pathParam("chatId"), asked.body())
                .compose(question -> asking.ask(
                        context, asked.caller(), question, asked.body().getBytes()));
    }

    private Future<Question> parse(Endpoint endpoint, @Nullable String chatId, Buffer body) {
        if (body.length() <= PARSED_ON_LOOP) {
            return Future.succeededFuture(questions.read(endpoint, chatId, body));
        }
        return vertx.executeBlocking(() -> questions.read(endpoint, chatId, body), false);
    }
}
