package io.weir.relay.phoenix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.vertx.core.buffer.Buffer;
import io.weir.relay.phoenix.ClientFrame.Malformed;
import io.weir.relay.phoenix.ClientFrame.Push;
import io.weir.relay.phoenix.ClientFrame.UserBroadcast;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames as the unmodified client sends and reads them. */
class FramesTest {
    /** Captured from the npm client. */
    private static final String PUSH = "0301010f03000136377265616c74696d653a726f6f6d3a31746f6b7b2264223a2248c3a9227d";

    private final ObjectMapper mapper = new ObjectMapper();
    private final FrameDecoder decoder = new FrameDecoder(mapper);

    @Test
    void readsACapturedBroadcast() {
        // When
        var frame = decoder.binary(hex(PUSH));
        // Then
        assertThat(frame).isInstanceOfSatisfying(UserBroadcast.class, broadcast -> {
            assertThat(broadcast.joinRef()).isEqualTo("6");
            assertThat(broadcast.ref()).isEqualTo("7");
            assertThat(broadcast.topic()).isEqualTo("realtime:room:1");
            assertThat(broadcast.event()).isEqualTo("tok");
            assertThat(broadcast.json()).isTrue();
            assertThat(broadcast.payload().toString()).isEqualTo("{\"d\":\"Hé\"}");
        });
    }

    @Test
    void readsMetadataAndBytes() {
        // Given
        String head = "03" + "01" + "02" + "0f" + "03" + "10" + "00";
        String texts =
                HexFormat.of().formatHex("612realtime:room:1tok{\"persist\":true}".getBytes(StandardCharsets.UTF_8));
        // When
        var frame = decoder.binary(hex(head + texts + "dead"));
        // Then
        assertThat(frame).isInstanceOfSatisfying(UserBroadcast.class, broadcast -> {
            assertThat(broadcast.ref()).isEqualTo("12");
            assertThat(broadcast.json()).isFalse();
            assertThat(broadcast.payload().getBytes()).containsExactly(0xde, 0xad);
        });
    }

    @Test
    void readsAPushOfPhoenixOwnClients() {
        // Given
        String texts = HexFormat.of().formatHex("67room:1tok".getBytes(StandardCharsets.UTF_8));
        // When
        var frame = decoder.binary(hex("00" + "01" + "01" + "06" + "03" + texts + "beef"));
        // Then
        assertThat(frame).isInstanceOfSatisfying(UserBroadcast.class, broadcast -> {
            assertThat(broadcast.topic()).isEqualTo("room:1");
            assertThat(broadcast.payload().getBytes()).containsExactly(0xbe, 0xef);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "03",
                "0301010f0300",
                "03ffffffffff01",
                "0901010f03000136",
                "0301010f03000236377265616c74696d653a726f6f6d3a31746f6b7b7d",
                "0301010f03000136377265616c74696d653a726f6f6d3a31746f6b7b7d7d",
                "0301010f03000136377265616c74696d653a726f6f6d3a31ff6f6b7b7d"
            })
    void dropsMalformedBinaryFrames(String frame) {
        assertThat(decoder.binary(hex(frame))).isInstanceOf(Malformed.class);
    }

    @Test
    void neverFailsOnWhateverComes() {
        // Given
        var random = new Random(42);
        byte[] captured = HexFormat.of().parseHex(PUSH);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = captured.clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
            }
            // When
            var binary = decoder.binary(Buffer.buffer(frame));
            var text = decoder.text(Vsn.V2, new String(frame, StandardCharsets.ISO_8859_1));
            // Then
            assertThat(binary).isNotNull();
            assertThat(text).isNotNull();
        }
    }

    @Test
    void readsTextOfBothVersions() {
        // When
        var v2 = decoder.text(Vsn.V2, "[\"6\",\"8\",\"realtime:room:1\",\"phx_leave\",{}]");
        var v1 = decoder.text(Vsn.V1, "{\"topic\":\"phoenix\",\"event\":\"heartbeat\",\"payload\":{},\"ref\":\"16\"}");
        // Then
        assertThat(v2).isEqualTo(new Push("6", "8", "realtime:room:1", "phx_leave", mapper.createObjectNode()));
        assertThat(v1).isEqualTo(new Push(null, "16", "phoenix", "heartbeat", mapper.createObjectNode()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "null", "[]", "[1,2,3,4,5]", "[\"1\",\"2\",\"t\",\"e\"]", "{\"topic\":\"t\"}", "7"})
    void dropsMalformedText(String text) {
        assertThat(decoder.text(Vsn.V2, text)).isInstanceOf(Malformed.class);
        assertThat(decoder.text(Vsn.V1, text)).isInstanceOf(Malformed.class);
    }

    @Test
    void writesRepliesOfBothVersions() {
        assertThat(FrameEncoder.reply(Vsn.V2, "6", "6", "realtime:room:1", true, "{\"postgres_changes\":[]}"))
                .isEqualTo(
                        new ServerFrame.Text(
                                "[\"6\",\"6\",\"realtime:room:1\",\"phx_reply\",{\"status\":\"ok\",\"response\":{\"postgres_changes\":[]}}]"));
        assertThat(FrameEncoder.reply(Vsn.V2, null, "18", "phoenix", true, "{}"))
                .isEqualTo(new ServerFrame.Text(
                        "[null,\"18\",\"phoenix\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]"));
        assertThat(FrameEncoder.reply(Vsn.V1, "6", "6", "realtime:room:1", false, "{\"reason\":\"no\"}"))
                .isEqualTo(
                        new ServerFrame.Text(
                                "{\"topic\":\"realtime:room:1\",\"event\":\"phx_reply\",\"payload\":{\"status\":\"error\",\"response\":{\"reason\":\"no\"}},\"ref\":\"6\"}"));
    }

    @Test
    void writesBroadcastsByteByByte() {
        // Given
        byte[] payload = "{\"d\":\"Hé\"}".getBytes(StandardCharsets.UTF_8);
        String id = "006554ce-d22d-469c-877a-88bef47214a3";
        // When
        var v2 = FrameEncoder.broadcast(Vsn.V2, "realtime:room:1", "tok", true, payload, id);
        var v1 = FrameEncoder.broadcast(Vsn.V1, "realtime:room:1", "tok", true, payload, id);
        // Then
        String expected = "040f032d01"
                + HexFormat.of()
                        .formatHex(("realtime:room:1tok{\"id\":\"" + id + "\"}{\"d\":\"Hé\"}")
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(v2).isEqualTo(new ServerFrame.Binary(hex(expected)));
        assertThat(v1)
                .isEqualTo(new ServerFrame.Text("{\"topic\":\"realtime:room:1\",\"event\":\"broadcast\",\"payload\":"
                        + "{\"type\":\"broadcast\",\"event\":\"tok\",\"payload\":{\"d\":\"Hé\"},\"meta\":{\"id\":\""
                        + id
                        + "\"}},\"ref\":null}"));
    }

    @Test
    void writesATextFrameWhereANameDoesNotFitABinaryOne() {
        // Given
        String longEvent = "e".repeat(256);
        // When
        var fits = FrameEncoder.broadcast(
                Vsn.V2, "realtime:a", "e".repeat(255), true, "{}".getBytes(StandardCharsets.UTF_8), null);
        var beyond = FrameEncoder.broadcast(
                Vsn.V2, "realtime:a", longEvent, true, "{}".getBytes(StandardCharsets.UTF_8), null);
        // Then
        assertThat(fits).isInstanceOf(ServerFrame.Binary.class);
        assertThat(beyond).isInstanceOf(ServerFrame.Text.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536})
    void writesTheHeaderOfEveryLength(int length) {
        // When
        var text = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, 1 << 17));
        var binary = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, 1 << 17));
        text.writeInbound(new ServerFrame.Text("x".repeat(length)).wire().copy());
        binary.writeInbound(
                new ServerFrame.Binary(Buffer.buffer(new byte[length])).wire().copy());
        // Then
        TextWebSocketFrame readText = text.readInbound();
        BinaryWebSocketFrame readBinary = binary.readInbound();
        assertThat(readText.text()).isEqualTo("x".repeat(length));
        assertThat(readBinary.content().readableBytes()).isEqualTo(length);
        assertThat(readText.isFinalFragment() && readBinary.isFinalFragment()).isTrue();
        readText.release();
        readBinary.release();
    }

    @Test
    void readsJoinsAsTheyCome() throws Exception {
        // Given
        var payload = mapper.readTree("""
                {"config":{"broadcast":{"ack":"true","self":true},"presence":{"key":"alice","enabled":"true"},
                "postgres_changes":[{"event":"INSERT","schema":"public","table":"t"},{"event":"*","schema":"public"}],
                "private":"true"},"user_token":"x","unknown":1}""");
        // When
        var config = JoinConfig.of((com.fasterxml.jackson.databind.node.ObjectNode) payload, 20, mapper);
        // Then
        assertThat(config.ack()).isTrue();
        assertThat(config.self()).isTrue();
        assertThat(config.privately()).isTrue();
        assertThat(config.presence()).isTrue();
        assertThat(config.presenceKey()).isEqualTo("alice");
        assertThat(config.accessToken()).isEqualTo("x");
        var echoed = mapper.readTree(config.response()).get("postgres_changes");
        assertThat(echoed).hasSize(2);
        assertThat(echoed.get(0).get("event").asText()).isEqualTo("INSERT");
        assertThat(echoed.get(0).get("id").isInt()).isTrue();
        assertThat(JoinConfig.of(mapper.createObjectNode(), 20, mapper).response())
                .isEqualTo("{\"postgres_changes\":[]}");
    }

    private static Buffer hex(String hex) {
        return Buffer.buffer(HexFormat.of().parseHex(hex));
    }
}
