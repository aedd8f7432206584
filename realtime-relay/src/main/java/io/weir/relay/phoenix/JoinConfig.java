package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.relay.changes.ChangeRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a join asks for. Unknown keys are ignored, values of a wrong type are the default, and every boolean may come as a
 * string.
 *
 * @param privately {@code config.private}
 * @param ack the sender wants a reply to its broadcasts
 * @param self the sender receives its own broadcasts
 * @param presence {@code config.presence.enabled}
 * @param presenceKey {@code config.presence.key}; empty for one of the server's making
 * @param accessToken the token that came with the join, if one did
 * @param changes what it wants to be told of the database
 */
record JoinConfig(
        boolean privately,
        boolean ack,
        boolean self,
        boolean presence,
        String presenceKey,
        @Nullable String accessToken,
        ChangeRequest changes) {
    /** Reads the payload of a {@code phx_join}. */
    static JoinConfig of(ObjectNode payload, int maxBindings, ObjectMapper mapper) {
        JsonNode config = payload.path("config");
        String token = payload.path("access_token").textValue();
        return new JoinConfig(
                flag(config.path("private"), false),
                flag(config.path("broadcast").path("ack"), false),
                flag(config.path("broadcast").path("self"), false),
                flag(
                        config.path("presence").path("enabled"),
                        config.path("presence").has("key")
                                && !config.path("presence").has("enabled")),
                config.path("presence").path("key").asText(""),
                token == null ? payload.path("user_token").textValue() : token,
                ChangeRequest.of(config, maxBindings, mapper));
    }

    /** What a joined channel keeps: the token has done its work, and idle sockets are many. */
    JoinConfig withoutToken() {
        return new JoinConfig(privately, ack, self, presence, presenceKey, null, changes);
    }

    /** The reply's {@code response}: the bindings of {@code postgres_changes}, echoed in order with ids. */
    String response() {
        return changes.echo();
    }

    private static boolean flag(JsonNode node, boolean otherwise) {
        return switch (node.getNodeType()) {
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.textValue().equalsIgnoreCase("true");
            default -> otherwise;
        };
    }
}
