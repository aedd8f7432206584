package io.weir.edge.cameras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.HeaderText;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.admission.Bodies;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.Methods;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.wire.Json;
import io.weir.edge.wire.ServiceAnswer;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import io.weir.edge.wire.WireConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * {@code POST …/actions/send}: a camera frame for processing, handed to the relay on the caller's behalf, which tells it to
 * workers on {@code camera:{id}:process}.
 */
@Singleton
public final class FrameRoutes {
    private static final String PATH = "/api/v1/actions/actions/send";

    private final Vertx vertx;
    private final Callers callers;
    private final Bodies bodies;
    private final ServiceCalls calls;
    private final ObjectMapper json;
    private final ProblemWriter problems;
    private final URI relay;
    private final int maxBodyBytes;

    FrameRoutes(
            Vertx vertx,
            Callers callers,
            Bodies bodies,
            ServiceCalls calls,
            ObjectMapper json,
            ProblemWriter problems,
            WireConfig wire,
            CameraConfig config) {
        this.vertx = vertx;
        this.callers = callers;
        this.bodies = bodies;
        this.calls = calls;
        this.json = json;
        this.problems = problems;
        this.relay = wire.relayUrl();
        this.maxBodyBytes = config.maxBodyBytes();
    }

    /**
     * A frame that may be handed on.
     *
     * @param camera whose
     * @param body what the relay takes
     */
    private record Frame(String camera, Buffer body) {}

    void routes(@Observes Router router) {
        router.post(PATH).handler(this::handle);
        Methods.only(router, problems, PATH, "POST");
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        request.pause();
        callers.require(context)
                .compose(caller -> {
                    Bodies.requireJson(request);
                    return bodies.use(request, maxBodyBytes, body -> read(body).compose(frame -> send(frame, caller)));
                })
                .onSuccess(_ -> context.response()
                        .setStatusCode(202)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store")
                        .end("{\"accepted\":true}"))
                .onFailure(failure -> problems.write(context, failure));
    }

    /** A frame is large: it is parsed off the event loop. */
    private Future<Frame> read(Buffer body) {
        return vertx.executeBlocking(() -> frame(body), false);
    }

    private Frame frame(Buffer body) {
        if (!(tree(body) instanceof ObjectNode asked)) {
            throw malformed("The body must be a JSON object.");
        }
        if (!asked.path("streamType").asText("frame").equals("frame")) {
            throw malformed("\"streamType\" must be \"frame\".");
        }
        String camera = asked.path("camera_id").asText();
        if (camera.isBlank() || !asked.path("frame").isTextual()) {
            throw malformed("\"camera_id\" and \"frame\" must be texts.");
        }
        ObjectNode frame = asked.objectNode();
        for (String member : new String[] {"frame", "timestamp", "camera_id", "detections"}) {
            if (asked.hasNonNull(member)) {
                frame.set(member, asked.get(member));
            }
        }
        return new Frame(camera, Buffer.buffer(Json.bytes(json, frame)));
    }

    private JsonNode tree(Buffer body) {
        try {
            return json.readTree(body.getBytes());
        } catch (IOException e) {
            throw malformed("The body is no JSON.");
        }
    }

    private Future<Void> send(Frame frame, Caller caller) {
        String camera =
                URLEncoder.encode(frame.camera(), StandardCharsets.UTF_8).replace("+", "%20");
        return calls.call(Request.post(
                                relay.resolve("/v1/cameras/" + camera + "/process"),
                                frame.body().getBytes())
                        .with(TenantId.HEADER, HeaderText.encode(caller.tenant().value()))
                        .with(
                                AccountId.HEADER,
                                HeaderText.encode(caller.account().value())))
                .recover(_ -> Future.failedFuture(away()))
                .map(answer -> {
                    check(answer);
                    return null;
                });
    }

    private void check(ServiceAnswer answer) {
        if (!answer.ok()) {
            throw switch (answer.status()) {
                case 400 -> malformed("This is no frame that can be processed.");
                case 403 -> new ProblemException(ProblemType.FORBIDDEN, "This camera is not the caller's to use.");
                case 404 -> new ProblemException(ProblemType.NOT_FOUND, "There is no such camera.");
                case 413 -> new ProblemException(ProblemType.TOO_LARGE, "The frame is too large.");
                default -> away();
            };
        }
    }

    private static ProblemException malformed(String detail) {
        return new ProblemException(ProblemType.MALFORMED, detail);
    }

    private static ProblemException away() {
        return new ProblemException(ProblemType.RELAY_UNAVAILABLE, "Frames cannot be handed on right now; try again.");
    }
}
