package io.weir.edge.agents;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.keys.KeyScope;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.Methods;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.wire.Json;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** {@code GET /v1/models} and {@code /v1/models/{id}}: the agents that the caller may use, as OpenAI lists models. */
@Singleton
public final class ModelRoutes {
    private static final String PATH = "/v1/models";

    private final Callers callers;
    private final Agents agents;
    private final ObjectMapper json;
    private final ProblemWriter problems;
    private final long createdAt;

    ModelRoutes(Callers callers, Agents agents, ObjectMapper json, ProblemWriter problems, InstantSource clock) {
        this.callers = callers;
        this.agents = agents;
        this.json = json;
        this.problems = problems;
        this.createdAt = clock.instant().getEpochSecond();
    }

    void routes(@Observes Router router) {
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:id").handler(this::one);
        Methods.only(router, problems, PATH, "GET");
        Methods.only(router, problems, PATH + "/:id", "GET");
    }

    private void list(RoutingContext context) {
        callers.require(context, KeyScope.CHAT)
                .onSuccess(caller -> {
                    ObjectNode list = json.createObjectNode().put("object", "list");
                    ArrayNode data = list.putArray("data");
                    agents.usable(caller.roles())
                            .forEach(agent -> data.add(model(agent.name().value())));
                    send(context, list);
                })
                .onFailure(failure -> problems.write(context, failure));
    }

    private void one(RoutingContext context) {
        callers.require(context, KeyScope.CHAT)
                .map(caller -> agents.choose(context.pathParam("id"), caller.roles()))
                .onSuccess(agent -> send(context, model(agent.value())))
                .onFailure(failure -> problems.write(context, failure));
    }

    private ObjectNode model(String name) {
        return json.createObjectNode()
                .put("id", name)
                .put("object", "model")
                .put("created", createdAt)
                .put("owned_by", "weir");
    }

    private void send(RoutingContext context, ObjectNode body) {
        context.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(Buffer.buffer(Json.bytes(json, body)));
    }
}
