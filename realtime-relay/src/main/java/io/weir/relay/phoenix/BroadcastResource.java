package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.weir.relay.access.TopicKey;
import io.weir.relay.access.TopicTable;
import io.weir.relay.access.Viewer;
import io.weir.relay.phoenix.BatchReader.Batch;
import io.weir.relay.phoenix.BatchReader.Message;
import io.weir.relay.phoenix.SendRates.Verdict;
import io.weir.relay.phoenix.Senders.Sender;
import io.weir.relay.replay.Replays;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Broadcasts over HTTP: what clients fall back to before they have joined, and what servers use. Success is exactly 202,
 * with an empty body.
 */
@Path("/realtime/v1/api/broadcast")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class BroadcastResource {
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY = 429;

    private final Hub hub;
    private final TopicTable table;
    private final Senders senders;
    private final SendRates rates;
    private final Replays replays;
    private final ObjectMapper mapper;
    private final BatchReader reader;
    private final long maxPayload;

    BroadcastResource(
            RealmSource source, Senders senders, SendRates rates, SocketConfig config, HttpBroadcastConfig http) {
        Realm realm = source.realm();
        this.hub = realm.hub();
        this.table = realm.table();
        this.replays = realm.replays();
        this.mapper = realm.mapper();
        this.senders = senders;
        this.rates = rates;
        this.maxPayload = config.maxPayload().asLongValue();
        this.reader = new BatchReader(mapper, http.batch(), maxPayload);
    }

    /** Several messages. Those that the sender may not send are dropped, and the answer is still 202. */
    @POST
    public Uni<Response> batch(
            byte[] body,
            @HeaderParam("Authorization") @Nullable String authorization,
            @HeaderParam("apikey") @Nullable String keyHeader,
            @QueryParam("apikey") @Nullable String keyParameter) {
        return sent(authorization, keyHeader == null ? keyParameter : keyHeader, sender -> switch (reader.read(body)) {
            case Batch.Invalid(String field, String why) -> invalid(field, why);
            case Batch.TooMany _ -> message(TOO_MANY, "Too many messages to broadcast, please reduce the batch size");
            case Batch.Messages(List<Message> messages) ->
                limited(sender, messages.size(), () -> {
                    sender.viewer().ifPresent(viewer -> messages.forEach(message -> send(viewer, message)));
                    return Response.accepted();
                });
        });
    }

    private void send(Viewer viewer, Message message) {
        table.writable(viewer, message.topic(), message.privately())
                .ifPresent(key -> hub.broadcast(key, message.broadcast(), null, () -> {}));
    }

    /** One message: the body is the payload. */
    @POST
    @Path("/{topic}/events/{event}")
    public Uni<Response> single(
            byte[] body,
            @PathParam("topic") String topic,
            @PathParam("event") String event,
            @QueryParam("private") @Nullable String privately,
            @QueryParam("persist") @Nullable String persist,
            @QueryParam("persist[ttl]") @Nullable String ttl,
            @HeaderParam("Content-Type") @Nullable String contentType,
            @HeaderParam("Authorization") @Nullable String authorization,
            @HeaderParam("apikey") @Nullable String keyHeader,
            @QueryParam("apikey") @Nullable String keyParameter) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        boolean secret = "true".equalsIgnoreCase(privately);
        Optional<Persist> kept = Persist.of(persist, ttl);
        return sent(authorization, keyHeader == null ? keyParameter : keyHeader, sender -> {
            boolean json = type.startsWith(MediaType.APPLICATION_JSON);
            if (!json && !type.startsWith(MediaType.APPLICATION_OCTET_STREAM)) {
                return message(415, "Send application/json or application/octet-stream");
            }
            if (body.length > maxPayload) {
                return message(413, "Payload size exceeds tenant limit");
            }
            byte[] payload = json ? compact(body) : body;
            if (payload == null) {
                return invalid("payload", "is no JSON");
            }
            if (event.getBytes(StandardCharsets.UTF_8).length > FrameEncoder.FIELD_LIMIT) {
                return invalid("event", "is too long");
            }
            if (kept.isEmpty()) {
                return invalid("persist", "is neither true nor a number of seconds");
            }
            var broadcast =
                    new Broadcast(event, json, payload, UUID.randomUUID().toString());
            return limited(sender, 1, () -> sender.viewer()
                    .flatMap(viewer -> table.writable(viewer, topic, secret))
                    .map(key -> send(key, broadcast, kept.get(), secret))
                    .orElseGet(() -> Response.fromResponse(unauthorized(403))));
        });
    }

    private Response.ResponseBuilder send(TopicKey key, Broadcast broadcast, Persist persist, boolean secret) {
        if (!persist.asked()) {
            hub.broadcast(key, broadcast, null, () -> {});
            return Response.accepted();
        }
        if (!secret || key instanceof TopicKey.Free) {
            return Response.fromResponse(invalid("persist", "is for private channels only"));
        }
        hub.broadcast(key, broadcast, null, () -> replays.keep(key, broadcast, persist.life()));
        return Response.accepted();
    }

    private Uni<Response> sent(@Nullable String authorization, @Nullable String key, Function<Sender, Response> send) {
        return senders.sender(authorization, key)
                .map(sender -> sender.known() ? send.apply(sender) : unauthorized(401));
    }

    private Response limited(Sender sender, int messages, Supplier<Response.ResponseBuilder> send) {
        Verdict verdict = rates.count(sender.name(), messages);
        Response.ResponseBuilder answer = verdict.within()
                ? send.get()
                : Response.fromResponse(message(TOO_MANY, "You have exceeded your rate limit"));
        return answer.header("x-rate-limit", verdict.limit())
                .header("x-rate-limit-remaining", verdict.remaining())
                .header("x-rate-rolling", verdict.limit() - verdict.remaining())
                .build();
    }

    /** JSON without line breaks and spaces; null where it is none. */
    private byte @Nullable [] compact(byte[] body) {
        try {
            JsonNode node = mapper.readTree(body);
            return node.isMissingNode() ? null : node.toString().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            return null;
        }
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
