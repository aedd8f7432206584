package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.weir.gateway.fakes.Surroundings;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The description of the API names everything that can be called, who may, with what, and what can go wrong. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class ApiDescriptionTest {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

    @TestHTTPResource("/")
    URI gateway;

    @Inject
    Router router;

    private JsonNode api = new ObjectMapper().createObjectNode();

    @BeforeEach
    void read() throws Exception {
        try (InputStream text =
                gateway.resolve("/q/openapi?format=json").toURL().openStream()) {
            api = new ObjectMapper().readTree(text);
        }
    }

    /** One operation. */
    private record Operation(String path, String method, JsonNode shared, JsonNode said) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        api.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(member -> METHODS.contains(member.getKey()))
                .forEach(member -> all.add(new Operation(
                        path.getKey(), member.getKey(), path.getValue().path("parameters"), member.getValue()))));
        return all;
    }

    @Test
    void namesEveryRoute() {
        var soft = new SoftAssertions();
        for (Route route : router.getRoutes()) {
            String path = route.getPath();
            if (path == null || path.equals("/") || path.startsWith("/q/") || path.equals("/q")) {
                continue;
            }
            String described = path.replaceAll(":([A-Za-z]+)", "{$1}");
            String wild = described.endsWith("/") ? described + "{path}" : described;
            JsonNode found = api.path("paths").path(wild);
            soft.assertThat(found.isObject()).as(path + " → " + wild).isTrue();
            Set<HttpMethod> methods = route.methods() == null ? Set.of() : route.methods();
            methods.forEach(method -> soft.assertThat(found.has(method.name().toLowerCase(Locale.ROOT)))
                    .as(method + " " + path)
                    .isTrue());
        }
        soft.assertAll();
        assertThat(operations()).hasSizeGreaterThan(12);
    }

    @Test
    void saysWhoMayCallEachOperation() {
        JsonNode schemes = api.at("/components/securitySchemes");
        assertThat(schemes.at("/ticketInUrl/name").asText()).isEqualTo("ticket");
        for (Operation one : operations()) {
            List<String> ways = new ArrayList<>();
            JsonNode own = one.said().path("security");
            (own.isArray() ? own : api.path("security"))
                    .forEach(way -> way.fieldNames().forEachRemaining(ways::add));
            assertThat(ways).as(one.toString()).isNotEmpty().allMatch(schemes::has);
            assertThat(ways).as(one.toString()).containsExactlyInAnyOrderElementsOf(expected(one));
            assertThat(one.said().path("responses").has("401"))
                    .as(one.toString())
                    .isTrue();
        }
    }

    private static List<String> expected(Operation one) {
        return switch (one.toString()) {
            case "post /v1/streams" -> List.of("account", "ticket", "ticketInUrl");
            case "get /v1/streams/{id}", "post /v1/streams/{id}/events", "get /v1/streams/{id}/socket" ->
                List.of("account");
            case "post /v1/streams/{id}/usage" -> List.of("usageToken");
            case "post /route" -> List.of("ticket", "service");
            default -> List.of("service");
        };
    }

    @Test
    void saysThatTheTicketOfAHandedOffCallerStandsInTheUrl() {
        JsonNode ticket = api.at("/paths/~1v1~1streams/post/parameters")
                .valueStream()
                .filter(parameter -> parameter.path("in").asText().equals("query"))
                .findFirst()
                .orElseThrow();
        assertThat(ticket.path("name").asText()).isEqualTo("ticket");
        assertThat(ticket.path("description").asText()).contains("byte for byte");
    }

    @Test
    void namesEveryParameterOfAPath() {
        for (Operation one : operations()) {
            List<String> named = new ArrayList<>();
            for (JsonNode list : List.of(one.shared(), one.said().path("parameters"))) {
                list.forEach(parameter -> {
                    if (parameter.path("in").asText().equals("path")) {
                        named.add(parameter.path("name").asText());
                        assertThat(parameter.path("required").asBoolean())
                                .as(one.toString())
                                .isTrue();
                    }
                });
            }
            assertThat(named)
                    .as(one.toString())
                    .containsExactlyInAnyOrderElementsOf(VARIABLE.matcher(one.path())
                            .results()
                            .map((MatchResult found) -> found.group(1))
                            .toList());
        }
    }

    @Test
    void describesWhatHappensAndThatRefusalsAreProblems() {
        assertThat(api.at("/components/schemas/Problem/properties/status").isObject())
                .isTrue();
        for (Operation one : operations()) {
            assertThat(one.said().path("summary").asText()).as(one.toString()).isNotBlank();
            List<String> statuses = new ArrayList<>();
            one.said().path("responses").properties().forEach(response -> {
                statuses.add(response.getKey());
                assertThat(response.getValue().path("description").asText())
                        .as(one + " " + response.getKey())
                        .isNotBlank();
                if (response.getKey().compareTo("400") >= 0) {
                    assertThat(response.getValue().path("content").has("application/problem+json"))
                            .as(one + " " + response.getKey())
                            .isTrue();
                }
            });
            assertThat(statuses).as(one.toString()).anyMatch(status -> status.compareTo("400") < 0);
        }
    }
}
