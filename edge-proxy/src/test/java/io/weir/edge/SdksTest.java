package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.NodeScript;
import io.weir.edge.fake.Script;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The unmodified {@code openai} and {@code ai} packages, in Node processes of their own. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class SdksTest {
    private static final String TEXT = "Hello from a stream";

    private final Fakes fakes = FakeStack.fakes();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, Exchange> open = new ConcurrentHashMap<>();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void answer() throws Exception {
        assumeThat(NodeScript.isInstalled()).as("Node and its packages").isTrue();
        fakes.reset();
        fakes.gateway.respond(this::gateway);
        fakes.relay.respond(this::log);
        fakes.metering.respond(this::meter);
    }

    private void gateway(Exchange exchange) {
        if (exchange.method().equals("DELETE")) {
            String id = exchange.uri().substring("/v1/streams/".length());
            String end = script(id).end(EndReason.CANCELLED);
            exchange.answer(202);
            Exchange stopped = open.get(id);
            if (stopped != null) {
                stopped.send(end).end();
            }
            return;
        }
        StreamId stream = Fakes.streamOf(exchange);
        var script = new Script(stream);
        scripts.put(stream.toString(), script);
        exchange.stream().send(script.scaffold());
        if (exchange.json().encode().contains("endless")) {
            open.put(stream.toString(), exchange.send(script.delta("on and ")));
            return;
        }
        for (String word : TEXT.split("(?<= )", -1)) {
            exchange.send(script.delta(word));
        }
        exchange.send(script.end(EndReason.COMPLETED)).end();
    }

    private void log(Exchange exchange) {
        String path = exchange.uri();
        String id = path.substring("/v1/streams/".length(), path.indexOf("/events"));
        long after = Long.parseLong(path.substring(path.indexOf("after=") + "after=".length()));
        exchange.stream().send(script(id).after(after)).end();
    }

    private void meter(Exchange exchange) {
        if (exchange.uri().endsWith("/cancel")) {
            exchange.answer(
                    200,
                    new JsonObject()
                            .put("open", true)
                            .put("address", fakes.gateway.url())
                            .encode());
        } else if (exchange.uri().contains("/receipt")) {
            exchange.answer(200, "{\"agent\":\"demo\",\"state\":\"settled\"}");
        } else {
            exchange.answer(201, Fakes.held(exchange.json().getString("streamId")));
        }
    }

    private Script script(String stream) {
        Script known = scripts.get(stream);
        if (known == null) {
            throw new AssertionError("no stream " + stream);
        }
        return known;
    }

    private String base() {
        return edge.toString().replaceAll("/$", "");
    }

    @Test
    void openaiStreamsAsksAtOnceListsReadsAgainAndCancels() throws Exception {
        // When
        JsonObject result = NodeScript.run("openai-chat.mjs", base(), fakes.issuer.token("alice"), "hello", "endless");
        // Then
        for (String member : new String[] {"streamed", "bare", "whole", "response", "again", "resumed"}) {
            assertThat(result.getString(member)).as(member).isEqualTo(TEXT);
        }
        assertThat(result.getString("finish")).isEqualTo("stop");
        assertThat(result.getInteger("unasked")).isZero();
        assertThat(result.getJsonObject("usage").getInteger("prompt_tokens")).isEqualTo(3);
        assertThat(result.getJsonObject("wholeUsage").getInteger("prompt_tokens"))
                .isEqualTo(3);
        assertThat(result.getJsonArray("models")).contains("demo");
        assertThat(result.getString("cancelled")).isEqualTo("cancelled");
    }

    @Test
    void aiStreamsAndAsksAtOnceInBothOfItsDialects() throws Exception {
        // When
        JsonObject result = NodeScript.run("ai-client.mjs", base(), fakes.issuer.token("alice"), "hello");
        // Then
        for (String dialect : new String[] {"responses", "chat"}) {
            JsonObject of = result.getJsonObject(dialect);
            assertThat(of.getString("text")).as(dialect).isEqualTo(TEXT);
            assertThat(of.getString("whole")).as(dialect).isEqualTo(TEXT);
            assertThat(of.getString("finish")).as(dialect).isEqualTo("stop");
            assertThat(of.getString("wholeFinish")).as(dialect).isEqualTo("stop");
            assertThat(of.getJsonObject("usage").getInteger("inputTokens"))
                    .as(dialect)
                    .isEqualTo(3);
            assertThat(of.getJsonObject("wholeUsage").getInteger("inputTokens"))
                    .as(dialect)
                    .isEqualTo(3);
        }
    }
}
