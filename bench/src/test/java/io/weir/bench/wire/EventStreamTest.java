package io.weir.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final String BODY = "6\r\none\ntw\r\n2\r\no\n\r\nB\r\nthree\nfour\n\r\n0\r\n\r\n";

    @Test
    void handsOnWholeLinesWhereverTheSocketAndTheHopsHaveCut() {
        for (int cut = 0; cut <= BODY.length(); cut++) {
            var stream = new EventStream();
            List<String> heard = new ArrayList<>();
            ByteBuffer left = read(stream, bytes(BODY.substring(0, cut)), heard);
            ByteBuffer rest = bytes(BODY.substring(cut));
            read(
                    stream,
                    ByteBuffer.allocate(left.remaining() + rest.remaining())
                            .put(left)
                            .put(rest)
                            .flip(),
                    heard);

            assertThat(String.join("", heard)).as("cut at " + cut).isEqualTo("one\ntwo\nthree\nfour\n(closed)");
            assertThat(heard).allMatch(text -> text.endsWith("\n") || text.equals("(closed)"));
        }
    }

    @Test
    void passesTheHeadOfAStreamAndRefusesAnythingElse() throws Exception {
        ByteBuffer good = bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nrest");
        assertThat(EventStream.head(good)).isPresent();
        assertThat(good.remaining()).isEqualTo("rest".length());
        assertThat(EventStream.head(bytes("HTTP/1.1 200 OK\r\nTransfer-Enc"))).isEmpty();
        assertThatThrownBy(() -> EventStream.head(bytes("HTTP/1.1 402 Payment Required\r\n\r\nno credit")))
                .hasMessageContaining("402")
                .hasMessageContaining("no credit");
    }

    @Test
    void asksWithItsBodysLengthInBytes() {
        String request = StandardCharsets.UTF_8
                .decode(EventStream.request("h", "/p", Map.of("A", "b"), "{\"ä\":1}"))
                .toString();
        assertThat(request)
                .startsWith("POST /p HTTP/1.1\r\nHost: h\r\n")
                .contains("Content-Length: 8\r\n", "A: b\r\n")
                .endsWith("\r\n\r\n{\"ä\":1}");
    }

    private static ByteBuffer read(EventStream stream, ByteBuffer in, List<String> heard) {
        stream.read(
                in,
                (opcode, payload) -> heard.add(
                        opcode == FrameReader.CLOSE
                                ? "(closed)"
                                : StandardCharsets.UTF_8
                                        .decode(payload.duplicate())
                                        .toString()));
        return in;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
