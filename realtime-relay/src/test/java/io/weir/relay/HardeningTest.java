package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no well-meaning client sends: nothing of it crashes the relay, leaks, or crosses topics. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class HardeningTest {
    private static final String PATH = "/realtime/v1/websocket?apikey=weir-local&vsn=2.0.0";
    private static final String HEARTBEAT = "[null,\"1\",\"phoenix\",\"heartbeat\",{}]";

    @TestHTTPResource("/")
    URI base;

    @Test
    void closesASocketAtTheFirstByteBeyondTheLongestFrame() {
        int longest = 1 << 20;
        String shell = "[null,\"1\",\"phoenix\",\"heartbeat\",{\"x\":\"\"}]";
        try (var wire = RawSocket.open(base, PATH)) {
            // When
            wire.send(RawSocket.TEXT, padded(shell, longest));
            // Then
            assertThat(wire.next()).contains("phx_reply");
            // When
            wire.send(RawSocket.TEXT, padded(shell, longest + 1));
            // Then
            assertThat(wire.next()).isEqualTo("closed 1009");
        }
        assertAlive();
    }

    private static byte[] padded(String shell, int length) {
        return shell.replace("\"\"", "\"" + "x".repeat(length - shell.length()) + "\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void refusesAFrameThatClaimsALengthBeyondAllBounds() {
        try (var wire = RawSocket.open(base, PATH)) {
            // When a head announces 4 GiB
            var head = ByteBuffer.allocate(14)
                    .put((byte) RawSocket.BINARY)
                    .put((byte) 0xFF)
                    .putLong(1L << 32);
            wire.write(head.array());
            // Then
            assertThat(wire.next()).matches("closed.*|gone");
        }
        assertAlive();
    }

    @Test
    void refusesTextThatIsNoUtf8() {
        try (var wire = RawSocket.open(base, PATH)) {
            // When
            wire.send(RawSocket.TEXT, new byte[] {'[', (byte) 0xC3, (byte) 0x28, ']'});
            wire.send(RawSocket.TEXT, HEARTBEAT.getBytes(StandardCharsets.UTF_8));
            // Then the frame is dropped or the socket is closed, and nothing of it is understood
            assertThat(wire.next()).matches("closed.*|gone|.*phx_reply.*");
        }
        assertAlive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "03",
                "0301010f0300",
                "03ffffffffff01",
                "0301010f03000236377265616c74696d653a726f6f6d3a31746f6b7b7d",
                "03010130030001363772",
                "00ff",
                "0001010603",
                "01010101",
                "0401010101",
                "ff00",
                "0301010f030001363772656c",
                "0301010f030001363772c3286c74696d653a726f6f6d3a31746f6b7b7d"
            })
    void dropsBinaryFramesOfUnknownKindsAndWrongLengths(String hex) {
        try (var client = PhoenixClient.v2(base)) {
            // When
            client.sendHex(hex);
            client.send(HEARTBEAT);
            // Then
            assertThat(client.next()).contains("phoenix").contains("phx_reply");
        }
    }

    @Test
    void negotiatesNoCompression() {
        for (String extension : new String[] {"permessage-deflate", "x-webkit-deflate-frame", "deflate-frame"}) {
            try (var wire = RawSocket.open(base, PATH, "Sec-WebSocket-Extensions: " + extension)) {
                assertThat(wire.status()).isEqualTo(101);
                assertThat(wire.head()).doesNotContainIgnoringCase("sec-websocket-extensions");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate", "x-webkit-deflate-frame", ""})
    void refusesAZipBomb(String extension) {
        // Given 64 MiB of text in 64 KiB
        byte[] bomb = deflated("x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8), 64);
        String[] headers =
                extension.isEmpty() ? new String[0] : new String[] {"Sec-WebSocket-Extensions: " + extension};
        try (var wire = RawSocket.open(base, PATH, headers)) {
            // When
            wire.send(RawSocket.TEXT | RawSocket.COMPRESSED, bomb);
            // Then
            assertThat(wire.next()).matches("closed.*|gone");
        }
        assertAlive();
    }

    private static byte[] deflated(byte[] piece, int times) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        var out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int i = 0; i < times; i++) {
            deflater.setInput(piece);
            int n = deflater.deflate(buffer);
            while (n > 0) {
                out.write(buffer, 0, n);
                n = deflater.deflate(buffer);
            }
        }
        deflater.finish();
        out.write(buffer, 0, deflater.deflate(buffer));
        deflater.end();
        return out.toByteArray();
    }

    @Test
    void survivesDeeplyNestedJson() {
        try (var client = PhoenixClient.v2(base)) {
            // When
            client.send("[".repeat(100_000));
            client.send("[\"1\",\"1\",\"realtime:x\",\"phx_join\"," + "{\"a\":".repeat(5000) + "1" + "}".repeat(5000)
                    + "]");
            client.send(HEARTBEAT);
            // Then
            assertThat(client.next()).contains("phoenix");
        }
    }

    @Test
    void keepsAPresenceKeyNamedIdsAwayFromClients() {
        try (var client = PhoenixClient.v2(base)) {
            String token = Tokens.user("ada");
            client.send(
                    "[\"6\",\"6\",\"realtime:hard:ids\",\"phx_join\",{\"config\":{\"presence\":{\"key\":\"ids\",\"enabled\":true}},\"access_token\":\""
                            + token + "\"}]");
            client.next("presence_state");
            // When
            client.send(
                    "[\"6\",\"7\",\"realtime:hard:ids\",\"presence\",{\"type\":\"presence\",\"event\":\"track\",\"payload\":{}}]");
            // Then
            assertThat(client.next()).contains("\"status\":\"error\"");
            assertThat(client.isQuiet(300)).isTrue();
        }
    }

    @Test
    void answersAJoinFloodAndGoesOn() {
        try (var client = PhoenixClient.v2(base)) {
            String token = Tokens.user("ada");
            // When
            for (int i = 0; i < 300; i++) {
                client.send("[\"%d\",\"%d\",\"realtime:flood:%d\",\"phx_join\",{\"config\":{},\"access_token\":\"%s\"}]"
                        .formatted(i, i, i, token));
            }
            // Then each is answered, and most of them with an error
            int refused = 0;
            for (int i = 0; i < 300; i++) {
                refused += client.next("phx_reply").contains("\"error\"") ? 1 : 0;
            }
            assertThat(refused).isGreaterThanOrEqualTo(200);
            client.send(HEARTBEAT);
            assertThat(client.next()).contains("phoenix");
        }
    }

    @Test
    void refusesTheTokenOfAnotherTenant() {
        try (var client = PhoenixClient.v2(base);
                var foreign = PhoenixClient.at(
                        base, "/realtime/v1/websocket?vsn=2.0.0&apikey=" + Tokens.foreigner("ada"), null)) {
            assertThat(client.join("session:t", "1", Tokens.foreigner("ada"))).contains("Unauthorized");
            client.join("session:t", "2", Tokens.user("ada"));
            // When the same account of another tenant is on the session of the same name
            assertThat(foreign.join("session:t", "1", Tokens.foreigner("ada"))).contains("\"ok\"");
            foreign.send(
                    "[\"1\",\"2\",\"realtime:session:t\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"typing\",\"payload\":{\"on\":true}}]");
            assertThat(foreign.next()).contains("phx_reply").contains("\"ok\"");
            // Then they do not meet
            assertThat(client.isQuiet(300)).isTrue();
        }
    }

    @Test
    void tellsNobodyWhatCameWithoutTheRightToWrite() {
        try (var reader = PhoenixClient.v2(base);
                var writer = PhoenixClient.v2(base)) {
            reader.join("account:ada", "1", Tokens.user("ada"));
            writer.join("account:ada", "1", Tokens.user("ada"));
            // When
            writer.send(
                    "[\"1\",\"2\",\"realtime:account:ada\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"usage\",\"payload\":{}}]");
            // Then
            assertThat(writer.next()).contains("\"error\"").contains("unauthorized");
            assertThat(reader.isQuiet(300)).isTrue();
        }
    }

    @Test
    void takesNothingAfterALeave() {
        try (var reader = PhoenixClient.v2(base);
                var gone = PhoenixClient.v2(base)) {
            String token = Tokens.user("ada");
            reader.join("workspace:w1:channel:leave", "1", token);
            gone.join("workspace:w1:channel:leave", "1", token);
            gone.send("[\"1\",\"2\",\"realtime:workspace:w1:channel:leave\",\"phx_leave\",{}]");
            gone.next("phx_close");
            // When
            gone.send(
                    "[\"1\",\"3\",\"realtime:workspace:w1:channel:leave\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"late\",\"payload\":{}}]");
            String topic = "realtime:workspace:w1:channel:leave";
            gone.sendHex("030101" + HexFormat.of().toHexDigits((byte) topic.length()) + "040001"
                    + HexFormat.of().formatHex(("14" + topic + "late{}").getBytes(StandardCharsets.UTF_8)));
            // Then
            assertThat(gone.next()).contains("unmatched topic");
            assertThat(gone.next()).contains("unmatched topic");
            assertThat(reader.isQuiet(300)).isTrue();
        }
    }

    private void assertAlive() {
        try (var client = PhoenixClient.v2(base)) {
            client.send(HEARTBEAT);
            assertThat(client.next()).contains("phx_reply");
        }
    }
}
