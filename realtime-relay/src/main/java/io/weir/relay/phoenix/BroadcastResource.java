package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.weir.relay.access.TopicAccess;
import io.weir.relay.access.TopicTable;
import io.weir.relay.access.Viewer;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Hub;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Broadcasts over HTTP: what clients fall back to before they have joined, and what servers use. Success is exactly 202. */
@Path("/realtime/v1/api/broadcast")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class BroadcastResource {
    private static final int MAX_MESSAGES = 1000;
    private static final int UNPROCESSABLE = 422;

    private final Hub hub;
    private final TopicTable table;
    private final Senders senders;
    private final ObjectMapper mapper;
    private final long maxPayload;

    BroadcastResource(Hub hub, TopicTable table, Senders senders, ObjectMapper mapper, SocketConfig config) {
        this.hub = hub;
        this.table = table;
        this.senders = senders;
        this.mapper = mapper;
        this.maxPayload = config.maxPayload().asLongValue();
    }

    /** Several messages. Those that the sender may not send are dropped, and the answer is still 202. */
    @POST
    public Uni<Response> batch(
            byte[] body,
            @HeaderParam("Authorization") @Nullable String authorization,
            @HeaderParam("apikey") @Nullable String keyHeader,
            @QueryParam("apikey") @Nullable String keyParameter) {
        return senders.sender(authorization, keyHeader == null ? keyParameter : keyHeader)
                .map(sender -> sender.known() ? batch(body, sender.viewer()) : unauthorized(401));
    }

    private Response batch(byte[] body, Optional<Viewer> viewer) {
        JsonNode messages = read(body).map(node -> node.path("messages")).orElse(null);
        if (messages == null || !messages.isArray()) {
            return invalid("messages", "can't be blank");
        }
        if (messages.size() > MAX_MESSAGES) {
            return message(429, "Too many messages to broadcast, please reduce the batch size");
        }
        for (JsonNode message : messages) {
            for (String field : new String[] {"topic", "event"}) {
                if (message.path(field).asText("").isEmpty()) {
                    return invalid(field, "can't be blank");
                }
            }
            if (!message.has("payload")) {
                return invalid("payload", "can't be blank");
            }
            if (message.get("payload").toString().length() > maxPayload) {
                return invalid("payload", "Payload size exceeds tenant limit");
            }
        }
        viewer.ifPresent(sender -> messages.forEach(message -> send(sender, message)));
        return Response.accepted().build();
    }

    private void send(Viewer sender, JsonNode message) {
        byte[] payload = message.get("payload").toString().getBytes(StandardCharsets.UTF_8);
        String id = message.path("id").asText(UUID.randomUUID().toString());
        var broadcast = new Broadcast(message.get("event").asText(), true, payload, id);
        boolean privately = message.path("private").asBoolean(false);
        send(sender, message.get("topic").asText(), privately, broadcast);
    }

    /** One message: the body is the payload. */
    @POST
    @Path("/{topic}/events/{event}")
    public Uni<Response> single(
            byte[] body,
            @PathParam("topic") String topic,
            @PathParam("event") String event,
            @QueryParam("private") @Nullable String privately,
            @HeaderParam("Content-Type") @Nullable String contentType,
            @HeaderParam("Authorization") @Nullable String authorization,
            @HeaderParam("apikey") @Nullable String keyHeader,
            @QueryParam("apikey") @Nullable String keyParameter) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        boolean json = type.startsWith(MediaType.APPLICATION_JSON);
        if (!json && !type.startsWith(MediaType.APPLICATION_OCTET_STREAM)) {
            return answer(message(415, "Send application/json or application/octet-stream"));
        }
        if (body.length > maxPayload) {
            return answer(message(413, "Payload size exceeds tenant limit"));
        }
        byte[] payload = json
                ? read(body)
                        .map(node -> node.toString().getBytes(StandardCharsets.UTF_8))
                        .orElse(null)
                : body;
        if (payload == null || event.getBytes(StandardCharsets.UTF_8).length > FrameEncoder.FIELD_LIMIT) {
            return answer(message(UNPROCESSABLE, "The event or its payload cannot be read"));
        }
        var broadcast = new Broadcast(event, json, payload, UUID.randomUUID().toString());
        boolean secret = "true".equalsIgnoreCase(privately);
        return senders.sender(authorization, keyHeader == null ? keyParameter : keyHeader)
                .map(sender -> {
                    if (!sender.known()) {
                        return unauthorized(401);
                    }
                    boolean sent = sender.viewer()
                            .filter(viewer -> send(viewer, topic, secret, broadcast))
                            .isPresent();
                    return sent ? Response.accepted().build() : unauthorized(403);
                });
    }

    private boolean send(Viewer sender, String topic, boolean privately, Broadcast broadcast) {
        if (table.access(sender, topic, privately) instanceof TopicAccess.Granted granted && granted.write()) {
            hub.broadcast(granted.key(), broadcast, null, () -> {});
            return true;
        }
        return false;
    }

    private Optional<JsonNode> read(byte[] body) {
        try {
            return Optional.ofNullable(mapper.readTree(body)).filter(node -> !node.isMissingNode());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Uni<Response> answer(Response response) {
        return Uni.createFrom().item(response);
    }

    private static Response unauthorized(int status) {
        return message(status, "Unauthorized");
    }

    private static Response message(int status, String text) {
        return Response.status(status)
                .entity(FrameEncoder.object("message", text))
                .build();
    }

    private static Response invalid(String field, String text) {
        String body = "{\"errors\":" + FrameEncoder.object(field, text) + "}";
        return Response.status(UNPROCESSABLE).entity(body).build();
    }
}
