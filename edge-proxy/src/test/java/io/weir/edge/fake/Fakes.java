package io.weir.edge.fake;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** Everything behind the edge. */
public final class Fakes {
    /** The key that tickets are signed with. */
    private static final byte[] TICKET_KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    public final FakeIssuer issuer;
    public final FakeService metering;
    public final FakeService gateway;
    public final FakeService relay;

    Fakes(Vertx vertx) {
        this.issuer = new FakeIssuer(vertx);
        this.metering = new FakeService(vertx, Fakes::meter);
        this.gateway = new FakeService(vertx, _ -> {});
        this.relay = new FakeService(vertx, _ -> {});
    }

    static String ticketKeys() {
        return "k1:" + Base64.getEncoder().encodeToString(TICKET_KEY);
    }

    /** Everything forgotten. */
    public void reset() {
        metering.reset();
        gateway.reset();
        relay.reset();
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
