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

/** Machines, which are for operators. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class MachinesTest {
    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    @Test
    void passesTheGatewaysListOn() throws Exception {
        fakes.gateway.respond(exchange -> exchange.answer(200, "{\"machines\":[]}"));
        HttpResponse<String> answer = admin().call("GET", "/api/machines", null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"machines\":[]}");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        Exchange asked = fakes.gateway.take("GET /v1/machines");
        assertThat(asked.header("Authorization")).isNotEqualTo("Bearer " + adminToken());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/machines/demo/m%201, GET /v1/machines/demo/m%201",
        "PUT, /api/machines/demo/m1/drain, PUT /v1/machines/demo/m1/drain",
        "DELETE, /api/machines/demo/m1/drain, DELETE /v1/machines/demo/m1/drain",
        "DELETE, /api/machines/demo/m1, DELETE /v1/machines/demo/m1"
    })
    void passesOperatorsRequestsOn(String method, String path, String asked) throws Exception {
        fakes.gateway.respond(exchange -> exchange.answer(200, "{}"));
        assertThat(admin().call(method, path, null).statusCode()).isEqualTo(200);
        fakes.gateway.take(asked);
    }

    @ParameterizedTest
    @CsvSource({"user", "billing", "worker"})
    void refusesEverybodyElse(String role) throws Exception {
        String token = fakes.issuer.token("bob", Map.of("roles", List.of(role)), Duration.ofMinutes(5));
        for (String[] call : new String[][] {
            {"GET", "/api/machines"}, {"PUT", "/api/machines/demo/m1/drain"}, {"DELETE", "/api/machines/demo/m1"}
        }) {
            HttpResponse<String> answer = new Browser(edge, token).call(call[0], call[1], null);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(new JsonObject(answer.body()).getString("title")).isEqualTo("Not allowed");
        }
        assertThat(new Browser(edge, null).call("GET", "/api/machines", null).statusCode())
                .isEqualTo(401);
        assertThat(fakes.gateway.seen("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"404, 404", "409, 409", "401, 503", "500, 503", "503, 503"})
    void answersForTheGateway(int gateway, int edges) throws Exception {
        fakes.gateway.respond(exchange -> exchange.answer(gateway, "{\"detail\":\"inner words\"}"));
        HttpResponse<String> answer = admin().call("GET", "/api/machines/demo/m1", null);
        assertThat(answer.statusCode()).isEqualTo(edges);
        assertThat(answer.body()).doesNotContain("inner words");
    }

    private Browser admin() {
        return new Browser(edge, adminToken());
    }

    private String adminToken() {
        return fakes.issuer.token("root", Map.of("roles", List.of("user", "admin")), Duration.ofMinutes(5));
    }
}
