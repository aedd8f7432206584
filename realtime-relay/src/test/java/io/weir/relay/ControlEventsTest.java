package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.append.AppendFrame;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is said to running streams, and about them. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class ControlEventsTest {
    @TestHTTPResource("/")
    URI base;

    private PhoenixClient join(String session, String account, String broadcast) {
        var client = PhoenixClient.v2(base);
        client.send(
                "[\"1\",\"1\",\"realtime:session:%s\",\"phx_join\",{\"config\":{\"private\":true,\"broadcast\":%s},\"access_token\":\"%s\"}]"
                        .formatted(session, broadcast, Tokens.user(account)));
        assertThat(client.next()).contains("\"ok\"");
        return client;
    }

    private static void say(PhoenixClient client, String session, String ref, String event, String payload) {
        client.send(
                "[\"1\",\"%s\",\"realtime:session:%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"%s\",\"payload\":%s}]"
                        .formatted(ref, session, event, payload));
    }

    @Test
    void bringsInputToTheGatewayAndItsAnswerBack() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var client = join("input", "ada", "{\"ack\":true}")) {
            gateway.open(stream, 1, TestGateway.header("ada", "input", null));
            // When
            say(client, "input", "2", "steer", "{\"streamId\":\"" + stream + "\",\"text\":\"shorter\"}");
            // Then
            var steer = gateway.next(AppendFrame.Input.class);
            assertThat(steer.stream()).isEqualTo(stream);
            assertThat(steer.by()).isEqualTo("ada");
            assertThat(steer.event()).isEqualTo("steer");
            assertThat(steer.payload().toString(StandardCharsets.UTF_8)).contains("\"text\":\"shorter\"");
            gateway.send(new AppendFrame.InputTaken(stream, steer.input()));
            assertThat(client.next("phx_reply")).contains("\"2\"").contains("\"ok\"");
            // When the gateway refuses
            say(
                    client,
                    "input",
                    "3",
                    "approve",
                    "{\"streamId\":\"" + stream + "\",\"callId\":\"c\",\"approved\":true}");
            var approve = gateway.next(AppendFrame.Input.class);
            gateway.send(new AppendFrame.InputRefused(stream, approve.input(), "input_not_supported"));
            assertThat(client.next("phx_reply")).contains("\"3\"").contains("\"error\":\"input_not_supported\"");
            // When it says nothing at all
            say(client, "input", "4", "answer", "{\"streamId\":\"" + stream + "\",\"callId\":\"c\",\"text\":\"yes\"}");
            gateway.next(AppendFrame.Input.class);
            assertThat(client.next("phx_reply")).contains("\"4\"").contains("\"error\":\"no_answer\"");
            gateway.append(stream, 1, TestGateway.terminal(stream, 1, EndReason.CANCELLED, ""));
            gateway.awaitAck(1);
        }
    }

    @Test
    void refusesInputThatIsWrongOrTooMuch() {
        // Given
        StreamId stream = TestGateway.newStream();
        String id = "{\"streamId\":\"" + stream + "\",";
        try (var gateway = new TestGateway(base);
                var client = join("bounds", "ada", "{\"ack\":true}")) {
            gateway.open(stream, 1, TestGateway.header("ada", "bounds", null));
            // Then
            say(client, "bounds", "2", "steer", "{\"text\":\"x\"}");
            assertThat(client.next("phx_reply")).contains("malformed_stream_id");
            say(client, "bounds", "3", "steer", id + "\"text\":1}");
            assertThat(client.next("phx_reply")).contains("malformed_input");
            say(client, "bounds", "4", "approve", id + "\"callId\":\"c\"}");
            assertThat(client.next("phx_reply")).contains("malformed_input");
            say(client, "bounds", "5", "steer", id + "\"text\":\"" + "x".repeat(16 * 1024) + "\"}");
            assertThat(client.next("phx_reply")).contains("payload_size_exceeded");
            say(client, "bounds", "6", "steer", "{\"streamId\":\"" + TestGateway.newStream() + "\",\"text\":\"x\"}");
            assertThat(client.next("phx_reply")).contains("stream_not_open");
            for (int i = 0; i < 9; i++) {
                say(client, "bounds", "1" + i, "steer", id + "\"text\":\"x\"}");
            }
            assertThat(client.next("too_many_inputs")).contains("\"18\"");
            for (int i = 0; i < 10; i++) {
                say(client, "bounds", "2" + i, "steer", id + "\"text\":\"x\"}");
            }
            assertThat(client.next("rate_limit_exceeded")).contains("phx_reply");
            gateway.append(stream, 1, TestGateway.terminal(stream, 1, EndReason.CANCELLED, ""));
        }
        // When the gateway goes away with an input
        StreamId lost = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var client = join("away", "ada", "{\"ack\":false}")) {
            gateway.open(lost, 1, TestGateway.header("ada", "away", null));
            say(client, "away", "2", "steer", "{\"streamId\":\"" + lost + "\",\"text\":\"x\"}");
            gateway.next(AppendFrame.Input.class);
            gateway.cut();
            // Then a sender that wants no replies is told by a broadcast
            assertThat(client.next("input_refused"))
                    .contains("\"streamId\":\"" + lost + "\"")
                    .contains("\"event\":\"steer\"")
                    .contains("\"reason\":\"no_answer\"");
        }
    }

    @Test
    void letsOnlyWhoHasTheRightControlAStream() {
        // Given a topic that everybody may watch
        StreamId stream = TestGateway.newStream();
        try (var client = PhoenixClient.v2(base)) {
            client.join("battle-cli-stream-b1-left", "1", Tokens.user("eve"));
            for (String event : new String[] {"cancel", "steer", "typing", "read"}) {
                // When
                client.send(
                        "[\"1\",\"2\",\"realtime:battle-cli-stream-b1-left\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"%s\",\"payload\":{\"streamId\":\"%s\"}}]"
                                .formatted(event, stream));
                // Then
                assertThat(client.next("phx_reply")).contains("\"error\":\"unauthorized\"");
            }
        }
        try (var client = join("unknown", "ada", "{\"ack\":true}")) {
            say(client, "unknown", "2", "cancel", "{\"streamId\":\"" + stream + "\"}");
            assertThat(client.next("phx_reply")).contains("\"error\":\"stream_not_open\"");
            say(client, "unknown", "3", "read", "{\"streamId\":\"" + stream + "\",\"offset\":1}");
            assertThat(client.next("phx_reply")).contains("\"error\":\"stream_not_open\"");
        }
    }

    @Test
    void tellsWhoIsTypingUntilTheyStopOrFallSilent() {
        // Given
        try (var ada = join("typing", "ada", "{\"ack\":true}");
                var phone = join("typing", "ada", "{}")) {
            // When
            say(ada, "typing", "2", "typing", "{\"on\":true}");
            say(ada, "typing", "3", "typing", "{\"on\":true}");
            say(ada, "typing", "4", "typing", "{\"on\":false}");
            // Then
            assertThat(phone.next("|typing|")).contains("{\"on\":true,\"account\":\"ada\"}");
            assertThat(phone.next("|typing|")).contains("{\"on\":false,\"account\":\"ada\"}");
            // When nothing more comes
            say(ada, "typing", "5", "typing", "{\"on\":true}");
            assertThat(phone.next("|typing|")).contains("\"on\":true");
            assertThat(phone.next("|typing|")).contains("\"on\":false");
            // When they leave
            say(ada, "typing", "6", "typing", "{\"on\":true}");
            assertThat(phone.next("|typing|")).contains("\"on\":true");
            ada.cut();
            assertThat(phone.next("|typing|")).contains("\"on\":false");
        }
    }

    @Test
    void tellsHowFarAStreamHasReachedAndWasRead() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var ada = join("receipts", "ada", "{\"receipts\":true,\"ack\":true}");
                var phone = join("receipts", "ada", "{}")) {
            gateway.open(stream, 1, TestGateway.header("ada", "receipts", null));
            // When
            gateway.append(stream, 1, TestGateway.delta(1, "one"));
            gateway.append(stream, 1, TestGateway.delta(2, " two"));
            gateway.awaitAck(2);
            // Then
            String receipt = ada.next("|receipt|");
            while (!receipt.contains("\"delivered\":2")) {
                receipt = ada.next("|receipt|");
            }
            assertThat(receipt)
                    .contains("{\"streamId\":\"" + stream + "\",\"account\":\"ada\",\"delivered\":2,\"read\":0}");
            // When it is read, even beyond what there is
            say(phone, "receipts", "2", "read", "{\"streamId\":\"" + stream + "\",\"offset\":99}");
            // Then
            assertThat(ada.next("|receipt|")).contains("\"delivered\":2,\"read\":2}");
            say(ada, "receipts", "3", "read", "{\"streamId\":\"" + stream + "\",\"offset\":-1}");
            assertThat(ada.next("phx_reply")).contains("malformed_offset");
            // When the stream is over, and somebody joins later
            gateway.append(stream, 1, TestGateway.terminal(stream, 3, EndReason.COMPLETED, "one two"));
            gateway.awaitAck(3);
            say(phone, "receipts", "4", "read", "{\"streamId\":\"" + stream + "\",\"offset\":3}");
            assertThat(ada.next("\"read\":3}")).contains("|receipt|");
            try (var late = join("receipts", "ada", "{\"receipts\":true}")) {
                assertThat(late.next("|receipt|")).contains("\"delivered\":3,\"read\":3}");
            }
            // And nobody who did not ask is told
            assertThat(phone.next("|end|")).contains("completed");
        }
    }
}
