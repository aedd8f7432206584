package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.append.AppendFeature;
import io.weir.streams.append.AppendFrame;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an account is told of its streams, and what a gateway is told of its readers. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class AccountTopicTest {
    @TestHTTPResource("/")
    URI base;

    @Test
    void tellsAnAccountWhatStartsAndWhatItCosts() {
        // Given
        try (var gateway = new TestGateway(base);
                var other = new TestGateway(base);
                var payer = PhoenixClient.v2(base);
                var dashboard = follow("account:payer", "payer");
                var session = follow("session:spent", "payer");
                var stranger = follow("account:eve", "eve")) {
            assertThat(payer.join("account:payer", "1", Tokens.user("payer"))).contains("\"ok\"");
            assertThat(payer.join("account:eve", "2", Tokens.user("payer"))).contains("Unauthorized");
            dashboard.awaitHeartbeat();
            session.awaitHeartbeat();
            stranger.awaitHeartbeat();
            // When a stream starts
            StreamId stream = TestGateway.newStream();
            gateway.open(stream, 1, TestGateway.header("payer", "spent", "How much?"));
            // Then
            assertThat(payer.next("|started|")).startsWith("kind 4: realtime:account:payer|");
            var started = dashboard.next("started").payload();
            assertThat(started.getString("streamId")).isEqualTo(stream.toString());
            assertThat(started.getString("session")).isEqualTo("spent");
            assertThat(started.getString("agent")).isEqualTo("demo");
            // When its gateway tells what it costs, and one that does not have it tells something else
            other.send(usage(stream, 1_000_000, false));
            gateway.send(usage(stream, 1230, false));
            // Then
            assertThat(payer.next("|usage|")).contains("\"costMicro\":\"1230\"");
            var usage = dashboard.next("usage").payload();
            assertThat(usage.encode())
                    .isEqualTo(
                            "{\"streamId\":\"" + stream + "\",\"session\":\"spent\",\"agent\":\"demo\","
                                    + "\"tokens\":{\"input\":40,\"cached\":3,\"cacheWrite\":2,\"output\":600,\"reasoning\":9},"
                                    + "\"costMicro\":\"1230\",\"grantedMicro\":\"5000\",\"availableMicro\":\"70000\",\"settled\":false}");
            // When it is over, and settled after that
            gateway.append(stream, 1, TestGateway.delta(1, "Much"));
            gateway.append(stream, 1, TestGateway.terminal(stream, 2, EndReason.COMPLETED, "Much"));
            gateway.awaitAck(2);
            gateway.send(usage(stream, 1300, true));
            // Then
            var bill = dashboard.next("usage").payload();
            assertThat(bill.getString("costMicro")).isEqualTo("1300");
            assertThat(bill.getBoolean("settled")).isTrue();
            // And nobody else was told, nor the session's own topic
            StreamId next = TestGateway.newStream();
            gateway.open(next, 1, TestGateway.header("eve", "other", null));
            assertThat(stranger.next().payload().getString("streamId")).isEqualTo(next.toString());
            assertThat(session.next().name()).isEqualTo("message");
            assertThat(session.next().name()).isEqualTo("token");
            assertThat(session.next().name()).isEqualTo("end");
        }
    }

    @Test
    void tellsAStreamThatComesBackFromALostLogAsStartedOnce() {
        try (var dashboard = follow("account:twice", "twice");
                var gateway = new TestGateway(base)) {
            dashboard.awaitHeartbeat();
            StreamId stream = TestGateway.newStream();
            gateway.open(stream, 1, TestGateway.header("twice", "again", null));
            assertThat(dashboard.next("started").payload().getString("streamId"))
                    .isEqualTo(stream.toString());
            // When its gateway connects anew
            try (var again = new TestGateway(base)) {
                again.open(stream, 1, TestGateway.header("twice", "again", null));
                again.send(usage(stream, 7, false));
                // Then
                assertThat(dashboard.next().name()).isEqualTo("usage");
                again.append(stream, 1, TestGateway.terminal(stream, 1, EndReason.CANCELLED, ""));
                again.awaitAck(1);
            }
        }
    }

    @Test
    void tellsAGatewayThatAsksHowFarItsStreamsReachWhom() {
        // Given a gateway that asks and one that does not, and an owner who has asked for no receipts
        try (var gateway = TestGateway.knowing(base, "receipts, batches, of-tomorrow");
                var old = new TestGateway(base);
                var reader = PhoenixClient.v2(base)) {
            reader.join("session:reached", "1", Tokens.user("rea"));
            StreamId stream = TestGateway.newStream();
            StreamId other = TestGateway.newStream();
            gateway.open(stream, 1, TestGateway.header("rea", "reached", null));
            old.open(other, 1, TestGateway.header("rea", "reached", null));
            // When
            gateway.append(stream, 1, TestGateway.delta(1, "One"));
            old.append(other, 1, TestGateway.delta(1, "Uno"));
            old.append(other, 1, TestGateway.delta(2, " due"));
            // Then
            assertThat(gateway.next(AppendFrame.Receipt.class)).isEqualTo(new AppendFrame.Receipt(stream, "rea", 1, 0));
            // When it is over, and read
            gateway.append(stream, 1, TestGateway.delta(2, " two"));
            gateway.append(stream, 1, TestGateway.terminal(stream, 3, EndReason.COMPLETED, "One two"));
            reader.next("|end|");
            reader.send(
                    "[\"1\",\"7\",\"realtime:session:reached\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"read\","
                            + "\"payload\":{\"streamId\":\"" + stream + "\",\"offset\":2}}]");
            // Then
            AppendFrame.Receipt receipt = gateway.next(AppendFrame.Receipt.class);
            while (receipt.read() == 0) {
                receipt = gateway.next(AppendFrame.Receipt.class);
            }
            assertThat(receipt.account()).isEqualTo("rea");
            assertThat(receipt.read()).isEqualTo(2);
            assertThat(receipt.delivered()).isGreaterThanOrEqualTo(2);
            // And a gateway of before hears nothing of it
            old.append(other, 1, TestGateway.terminal(other, 3, EndReason.COMPLETED, "Uno due"));
            old.awaitAck(3);
            assertThat(old.unasked()).noneMatch(AppendFrame.Receipt.class::isInstance);
        }
    }

    @Test
    void saysInTheHandshakeWhichFramesItKnows() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClientResponse answer = vertx.createHttpClient()
                    .request(new RequestOptions()
                            .setMethod(HttpMethod.GET)
                            .setHost(base.getHost())
                            .setPort(base.getPort())
                            .setURI("/internal/v1/append")
                            .putHeader("Connection", "Upgrade")
                            .putHeader("Upgrade", "websocket")
                            .putHeader("Sec-WebSocket-Version", "13")
                            .putHeader("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                            .putHeader("Authorization", "Bearer " + Tokens.service("append")))
                    .compose(request -> request.connect())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(101);
            assertThat(answer.getHeader(AppendFeature.HEADER)).isEqualTo("batches, usage");
        } finally {
            vertx.close();
        }
    }

    private static AppendFrame.Usage usage(StreamId stream, long cost, boolean last) {
        return new AppendFrame.Usage(stream, new Totals(40, 3, 2, 600, 9), cost, 5000, 70_000, last);
    }

    private TopicFollower follow(String topic, String account) {
        return new TopicFollower(base, topic, "", Tokens.user(account), "", false);
    }
}
