package io.weir.metering.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.answer.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads CloudEvents 1.0 over HTTP: structured, batched, or binary with the envelope in {@code ce-} headers. */
@ApplicationScoped
class EventReader {
    private static final long MAX_TOKENS = 1_000_000_000;
    private static final int MAX_NAME = 500;
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";

    private final ObjectMapper json;
    private final EventsSettings settings;
    private final InstantSource clock = InstantSource.system();

    EventReader(ObjectMapper json, EventsSettings settings) {
        this.json = json;
        this.settings = settings;
    }

    /**
     * The events of a request. One that is malformed refuses all.
     *
     * @throws ProblemException malformed, too large or of another type
     */
    List<UsageEvent> read(HttpHeaders headers, byte[] body) {
        String type = String.valueOf(headers.getHeaderString(HttpHeaders.CONTENT_TYPE))
                .toLowerCase(Locale.ROOT);
        JsonNode content = tree(body);
        if (type.startsWith(BATCH)) {
            return batch(content);
        } else if (type.startsWith(STRUCTURED)) {
            return List.of(event(content));
        } else if (type.startsWith("application/json") && headers.getHeaderString("ce-id") != null) {
            return List.of(event(binary(headers, content)));
        }
        throw new ProblemException(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "Send " + STRUCTURED + ", " + BATCH + ", or JSON with ce- headers.");
    }

    private List<UsageEvent> batch(JsonNode content) {
        if (!content.isArray()) {
            throw ProblemException.malformed("A batch is an array.");
        } else if (content.size() > settings.perRequest()) {
            throw new ProblemException(
                    ProblemType.TOO_LARGE, "A batch may have " + settings.perRequest() + " events at most.");
        }
        List<UsageEvent> events = new ArrayList<>();
        content.forEach(each -> events.add(event(each)));
        return events;
    }

    private ObjectNode binary(HttpHeaders headers, JsonNode data) {
        ObjectNode envelope = json.createObjectNode();
        for (String name : List.of("specversion", "id", "source", "type", "time")) {
            String value = headers.getHeaderString("ce-" + name);
            if (value != null) {
                envelope.put(name, URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        envelope.set("data", data);
        return envelope;
    }

    private UsageEvent event(JsonNode envelope) {
        if (!text(envelope, "specversion").equals("1.0")) {
            throw ProblemException.malformed("specversion must be 1.0.");
        } else if (!text(envelope, "type").equals(UsageEvent.TYPE)) {
            throw ProblemException.malformed("type must be " + UsageEvent.TYPE + ".");
        }
        return new UsageEvent(text(envelope, "source"), text(envelope, "id"), time(envelope), data(envelope));
    }

    private UsageEvent.Data data(JsonNode envelope) {
        try {
            var data = json.treeToValue(envelope.path("data"), UsageEvent.Data.class);
            if (data == null || data.account() == null || data.agent() == null || data.tokens() == null) {
                throw ProblemException.malformed("data must have account, agent and tokens.");
            } else if (data.tokens().input() > MAX_TOKENS || data.tokens().output() > MAX_TOKENS) {
                throw ProblemException.malformed("tokens must be " + MAX_TOKENS + " at most.");
            }
            String model = data.model();
            if (model != null && (model.length() > 200 || model.indexOf('\0') >= 0)) {
                throw ProblemException.malformed("model must have 200 characters at most.");
            }
            return data;
        } catch (JsonProcessingException | IllegalArgumentException _) {
            throw ProblemException.malformed("data must have account, agent and tokens.");
        }
    }

    private Instant time(JsonNode envelope) {
        String time = envelope.path("time").asText();
        try {
            return time.isEmpty() ? clock.instant() : OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException _) {
            throw ProblemException.malformed("time must be such as 2026-01-31T12:00:00Z.");
        }
    }

    private static String text(JsonNode envelope, String name) {
        @Nullable String value = envelope.path(name).textValue();
        if (value == null || value.isEmpty() || value.length() > MAX_NAME || value.indexOf('\0') >= 0) {
            throw ProblemException.malformed(name + " must have 1 to " + MAX_NAME + " characters.");
        }
        return value;
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException _) {
            throw ProblemException.malformed("The body is no JSON.");
        }
    }
}
