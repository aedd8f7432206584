package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the console's billing page asks for: passed on for staff, refused to everybody else. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class StaffTest {
    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/admin/accounts?prefix=a%2Fb&after=&limit=25, GET /v1/accounts?prefix=a%2Fb&after=&limit=25",
        "GET, /api/admin/accounts/a%2Fb, GET /v1/accounts/a%2Fb",
        "GET, /api/admin/accounts/bob/grants, GET /v1/accounts/bob/grants",
        "POST, /api/admin/accounts/bob/grants/g1/void, POST /v1/accounts/bob/grants/g1/void",
        "PUT, /api/admin/prices, PUT /v1/prices",
        "GET, /api/admin/usage?window=MONTH&groupBy=model, GET /v1/usage?window=MONTH&groupBy=model",
        "GET, /api/admin/audit, GET /v1/audit"
    })
    void passesOnInTheirOwnName(String method, String path, String asked) throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(200, "{\"a\":1}"));
        for (String role : List.of("billing", "admin")) {
            String token = token(role);
            HttpResponse<String> answer =
                    new Browser(edge, token).call(method, path, method.equals("GET") ? null : "{}");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"a\":1}");
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(fakes.metering.take(asked).header("Authorization")).isEqualTo("Bearer " + token);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "worker", "camera"})
    void refusesEverybodyElseBeforeMeteringIsAsked(String role) throws Exception {
        for (String[] call : new String[][] {
            {"GET", "/api/admin/accounts"},
            {"POST", "/api/admin/accounts/bob/grants"},
            {"POST", "/api/admin/accounts/bob/grants/g1/void"},
            {"PUT", "/api/admin/prices"},
            {"GET", "/api/admin/audit"}
        }) {
            String body = call[0].equals("GET") ? null : "{}";
            HttpResponse<String> answer = new Browser(edge, token(role)).call(call[0], call[1], body);
            assertThat(answer.statusCode()).isEqualTo(403);
            var problem = new JsonObject(answer.body());
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
            assertThat(problem.getString("type")).endsWith("/forbidden");
            assertThat(problem.getString("detail")).contains("admin or billing");
            assertThat(new Browser(edge, null).call(call[0], call[1], body).statusCode())
                    .isEqualTo(401);
        }
        assertThat(fakes.metering.seen("")).isEmpty();
    }

    @Test
    void keepsTheTypeOfWhatIsSent() throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(200, "{}"));
        var answer = new Browser(edge, token("admin"))
                .call("POST", "/api/admin/events", "[]", "Content-Type", "application/cloudevents-batch+json");
        assertThat(answer.statusCode()).isEqualTo(200);
        Exchange asked = fakes.metering.take("POST /v1/events");
        assertThat(asked.header("Content-Type")).isEqualTo("application/cloudevents-batch+json");
    }

    @Test
    void tellsWhatMeteringRefusesInItsWords() throws Exception {
        String problem = "{\"type\":\"https://weir.dev/problems/malformed-request\",\"status\":400,"
                + "\"detail\":\"amountMicro must be from 1 to 5.\"}";
        fakes.metering.respond(exchange -> exchange.answer(400, problem));
        var answer = new Browser(edge, token("admin")).call("POST", "/api/admin/accounts/bob/grants", "{}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("detail")).isEqualTo("amountMicro must be from 1 to 5.");
    }

    private String token(String role) {
        return fakes.issuer.token("root", Map.of("roles", List.of("user", role)), Duration.ofMinutes(5));
    }
}
