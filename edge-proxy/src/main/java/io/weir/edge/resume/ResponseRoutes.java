package io.weir.edge.resume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.answer.Answers;
import io.weir.edge.answer.Presentation;
import io.weir.edge.holds.Holds;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.Methods;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.problems.StreamIds;
import io.weir.edge.wire.ServiceAnswer;
import io.weir.streams.render.Dialect;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;

/**
 * Reading and stopping again, in OpenAI's words: {@code GET /v1/responses/{id}}, as events behind {@code starting_after} or
 * as it stands, and {@code POST /v1/responses/{id}/cancel}, which answers with what the stop has left.
 */
@Singleton
public final class ResponseRoutes {
    private static final String PATH = "/v1/responses/:id";
    private static final String PREFIX = "resp_";

    private final Callers callers;
    private final Answers answers;
    private final Holds holds;
    private final Stop stop;
    private final ObjectMapper json;
    private final ProblemWriter problems;

    ResponseRoutes(
            Callers callers, Answers answers, Holds holds, Stop stop, ObjectMapper json, ProblemWriter problems) {
        this.callers = callers;
        this.answers = answers;
        this.holds = holds;
        this.stop = stop;
        this.json = json;
        this.problems = problems;
    }

    void routes(@Observes Router router) {
        router.get(PATH).handler(this::read);
        router.post(PATH + "/cancel").handler(this::cancel);
        Methods.only(router, problems, PATH, "GET");
        Methods.only(router, problems, PATH + "/cancel", "POST");
    }

    private void read(RoutingContext context) {
        callers.require(context, KeyScope.CHAT)
                .compose(caller -> "true".equals(context.request().getParam("stream"))
                        ? events(context, caller)
                        : asItStands(context, caller))
                .onFailure(failure -> problems.write(context, failure));
    }

    private Future<Void> events(RoutingContext context, Caller caller) {
        answers.resume(
                context,
                caller,
                stream(context),
                startingAfter(context),
                _ -> Presentation.of(context.request(), Dialect.RESPONSES, "", true));
        return Future.succeededFuture();
    }

    private Future<Void> asItStands(RoutingContext context, Caller caller) {
        StreamId stream = stream(context);
        return holds.receipt(stream, caller.payer()).map(answer -> {
            JsonNode receipt = receipt(answer);
            boolean settled = receipt.path("state").asText().equals("settled");
            answers.asItStands(context, caller, stream, receipt.path("agent").asText(), settled);
            return null;
        });
    }

    private JsonNode receipt(ServiceAnswer answer) {
        try {
            return answer.as(json, JsonNode.class);
        } catch (IOException e) {
            throw new ProblemException(
                    ProblemType.METERING_UNAVAILABLE, "The answer's state cannot be read; try again.");
        }
    }

    private void cancel(RoutingContext context) {
        callers.require(context, KeyScope.CHAT)
                .compose(caller -> cancel(context, caller))
                .onFailure(failure -> problems.write(context, failure));
    }

    private Future<Void> cancel(RoutingContext context, Caller caller) {
        StreamId stream = stream(context);
        return stop.stop(stream, caller).map(_ -> {
            answers.record(context, caller, stream);
            return null;
        });
    }

    private static StreamId stream(RoutingContext context) {
        String id = context.pathParam("id");
        return StreamIds.parse(id != null && id.startsWith(PREFIX) ? id.substring(PREFIX.length()) : id);
    }

    private static long startingAfter(RoutingContext context) {
        String text = context.request().getParam("starting_after");
        if (text == null) {
            return Answers.after(context);
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
        return new ProblemException(ProblemType.MALFORMED, "\"starting_after\" must be a whole number from 0 on.");
    }
}
