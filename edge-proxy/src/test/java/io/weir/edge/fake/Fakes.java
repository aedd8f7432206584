package io.weir.edge.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.edge.admission.Admission;
import io.weir.edge.answer.Answers;
import io.weir.edge.relayproxy.TopicEvents;
import io.weir.edge.wire.ServiceCalls;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Everything behind the edge. */
public final class Fakes {
    /** The key that tickets are signed with. */
    public static final byte[] TICKET_KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final Duration REST_LIMIT = Duration.ofSeconds(20);
    private static final Duration REST_POLL = Duration.ofMillis(2);
    private static final List<Double> AT_REST = List.of(0.0, 0.0, 0.0, 0.0);

    public final FakeIssuer issuer;
    public final FakeService metering;
    public final FakeService gateway;
    public final FakeService relay;

    Fakes(Vertx vertx) {
        this.issuer = new FakeIssuer(vertx);
        this.metering = new FakeService(vertx, Fakes::meter, Fakes::meter);
        this.gateway = new FakeService(vertx, _ -> {}, exchange -> exchange.answer(503));
        this.relay = new FakeService(vertx, _ -> {}, exchange -> exchange.answer(204));
    }

    static String ticketKeys() {
        return "k1:" + Base64.getEncoder().encodeToString(TICKET_KEY);
    }

    /**
     * Ends what earlier tests have left open, waits until the edge is done with it, and forgets everything. One edge serves
     * all tests: without the wait, a reader that left in one test has its hold given back in the next.
     */
    public void reset() {
        var services = List.of(metering, gateway, relay);
        long giveUp = System.nanoTime() + REST_LIMIT.toNanos();
        services.forEach(FakeService::finish);
        while (!openWork().equals(AT_REST)) {
            assertThat(System.nanoTime() - giveUp)
                    .as("the edge is still at work: " + openWork())
                    .isNegative();
            LockSupport.parkNanos(REST_POLL.toNanos());
            services.forEach(FakeService::finish);
        }
        services.forEach(FakeService::reset);
    }

    private static List<Double> openWork() {
        return Stream.of(Answers.OPEN, ServiceCalls.OPEN, TopicEvents.OPEN, Admission.OPEN)
                .map(name -> Metrics.globalRegistry.get(name).gauge().value())
                .toList();
    }

    /** Answer of a reserve. */
    public static String held(String stream) {
        return new JsonObject()
                .put("streamId", stream)
                .put("grantedMicro", "6000")
                .put("leaseSeconds", 60)
                .put("final", false)
                .put("availableMicro", "9994000")
                .put(
                        "price",
                        new JsonObject()
                                .put("version", 1)
                                .put("inputNano", 500)
                                .put("cachedNano", 50)
                                .put("cacheWriteNano", 600)
                                .put("outputNano", 2000)
                                .put("reasoningNano", 2000)
                                .put("requestMicro", "0"))
                .encode();
    }

    /** The stream that an exchange with the gateway opens: what its ticket says. */
    public static StreamId streamOf(Exchange exchange) {
        return StreamId.parse(ticketOf(exchange).getString("jti"));
    }

    /** The claims of the ticket that came with an exchange. */
    public static JsonObject ticketOf(Exchange exchange) {
        String payload = String.valueOf(exchange.header("Weir-Ticket")).split("\\.", -1)[1];
        return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(payload)));
    }

    /** Lower-case hex SHA-256. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void meter(Exchange exchange) {
        switch (exchange.method() + " " + exchange.uri().replaceAll("[0-9a-f-]{36}", "S")) {
            case "POST /v1/holds" -> exchange.answer(201, held(exchange.json().getString("streamId")));
            case "POST /v1/holds/S/release" -> exchange.answer(204);
            case "POST /v1/holds/S/cancel" -> exchange.answer(200, "{\"open\":false}");
            default -> exchange.answer(404, "{}");
        }
    }
}
