package io.weir.gateway.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.RoutingConfig;
import io.weir.gateway.machines.MachineId;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * What Fly's proxy is answered. The JSON form has the machine's secret in it: it is the one place where a secret leaves this
 * process in an answer, and only where {@link Replays} has seen that the proxy asks. Thread-safe.
 */
@Singleton
public final class ReplayAnswers {
    /** Response header of the short form. */
    public static final String HEADER = "fly-replay";
    /** Media type of the long form. */
    public static final String MEDIA_TYPE = "application/vnd.fly.replay+json";

    /** What a caller has sent for us alone. */
    private static final List<String> OURS = List.of("authorization", "cookie", "weir-ticket", UsageTokens.HEADER);

    private final ObjectMapper json;
    private final RoutingConfig.Replay config;

    ReplayAnswers(ObjectMapper json, RoutingConfig config) {
        this.json = json;
        this.config = config.replay();
    }

    /** Value of {@link #HEADER}. Names of machines have none of its separators in them. */
    public String header(MachineId machine) {
        return "instance=" + machine.id() + config.separator() + "app=" + machine.app();
    }

    /** The body of the long form. */
    byte[] body(Target target) {
        ObjectNode answer = json.createObjectNode();
        answer.put("app", target.machine().id().app());
        answer.put("instance", target.machine().id().id());
        answer.put("timeout", config.timeout().toMillis() + "ms");
        if (target.stream() != null) {
            answer.put("fallback", "force_self");
        }
        ObjectNode transform = answer.putObject("transform");
        if (target.path() != null) {
            transform.put("path", target.path());
        }
        ArrayNode delete = transform.putArray("delete_headers");
        OURS.forEach(delete::add);
        ArrayNode set = transform.putArray("set_headers");
        target.machine().secret().ifPresent(secret -> add(set, "Authorization", "Bearer " + secret));
        Target.Stream stream = target.stream();
        if (stream != null) {
            add(set, StreamId.HEADER, stream.id());
            add(set, "x-openclaw-session-key", stream.sessionKey());
            add(set, "Weir-Usage-Url", stream.usageUrl());
            add(set, UsageTokens.HEADER, stream.usageToken());
        }
        try {
            return json.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always printable", e);
        }
    }

    private static void add(ArrayNode headers, String name, String value) {
        headers.addObject().put("name", name).put("value", value);
    }
}
