package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many sockets follow one topic, and one of them may take nothing for a while. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class ManySubscribersTest {
    private static final String PATH = "/realtime/v1/websocket?apikey=weir-local&vsn=2.0.0";
    private static final long WAIT_SECONDS = 60;
    private static final long QUEUE_BYTES = 1 << 20;
    /** What a delta of the long stream says; no character of it is escaped. */
    private static final String WORDS = " of what one delta says,".repeat(100);

    private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");
    private static final Pattern FROM = Pattern.compile("\"from\":(\\d+)");

    @TestHTTPResource("/")
    URI base;

    @Inject
    MeterRegistry meters;

    private final List<RawSocket> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        sockets.forEach(RawSocket::close);
    }

    @Test
    void keepsAStalledSocketBoundedAndTheOthersUpToDateAndTellsItAllInTheEnd() throws Exception {
        // Given
        int deltas = 1500;
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.open(stream, 1, TestGateway.header("ada", "stalled", null));
            RawSocket stalled = join(RawSocket.narrow(base, PATH, 4096), "stalled");
            List<RawSocket> others = new ArrayList<>();
            for (int i = 1; i < 200; i++) {
                others.add(join(RawSocket.open(base, PATH), "stalled"));
            }
            String text = text(deltas);
            List<CompletableFuture<List<Long>>> heard = others.stream()
                    .map(socket -> CompletableFuture.supplyAsync(() -> listen(socket, text), threads))
                    .toList();
            // When far more is said than sockets and queues hold
            double most = 0;
            for (int i = 1; i <= deltas; i++) {
                gateway.append(stream, 1, TestGateway.delta(i, i + WORDS));
                if (i % 25 == 0) {
                    gateway.awaitAck(i);
                    most = Math.max(most, mostWaiting());
                }
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, deltas + 1, EndReason.COMPLETED, ""));
            gateway.awaitAck(deltas + 1);
            // Then the others have it all while the one has not begun, and what waits for it is within its bound
            for (CompletableFuture<List<Long>> other : heard) {
                assertThat(other.get(WAIT_SECONDS, TimeUnit.SECONDS)).endsWith((long) deltas);
            }
            most = Math.max(most, mostWaiting());
            assertThat(most).isBetween(1.0, (double) QUEUE_BYTES);
            // When it takes everything at last, then nothing is missing and deltas have been merged
            assertThat(listen(stalled, text)).hasSizeLessThan(deltas).endsWith((long) deltas);
            // Then it is still connected
            stalled.send(RawSocket.TEXT, utf8("[null,\"2\",\"phoenix\",\"heartbeat\",{}]"));
            assertThat(stalled.next("phx_reply")).contains("\"ok\"");
        }
    }

    @Test
    void gathersForMoreThanFiftySubscribersAndMergesOnceForAll() throws Exception {
        // Given
        int deltas = 400;
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.open(stream, 1, TestGateway.header("ada", "ticking", null));
            List<RawSocket> all = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                all.add(join(RawSocket.open(base, PATH), "ticking"));
            }
            String text = text(deltas);
            List<CompletableFuture<List<Long>>> heard = all.stream()
                    .map(socket -> CompletableFuture.supplyAsync(() -> listen(socket, text), threads))
                    .toList();
            // When
            for (int i = 1; i <= deltas; i++) {
                gateway.append(stream, 1, TestGateway.delta(i, i + WORDS));
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, deltas + 1, EndReason.COMPLETED, ""));
            // Then everybody has everything, in far fewer pieces, and many have the very same ones
            List<List<Long>> pieces = new ArrayList<>();
            for (CompletableFuture<List<Long>> one : heard) {
                pieces.add(one.get(WAIT_SECONDS, TimeUnit.SECONDS));
            }
            assertThat(pieces).allSatisfy(one -> assertThat(one).hasSizeLessThan(deltas / 2));
            assertThat(pieces.stream()
                            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                            .values())
                    .anyMatch(same -> same >= 10);
            gateway.awaitAck(deltas + 1);
        }
    }

    @Test
    void tellsMoreThanFiftySubscribersEachBroadcastInOrderButNotItsSender() throws Exception {
        // Given
        int broadcasts = 300;
        String topic = "realtime:workspace:w1:channel:many";
        RawSocket sender = join(RawSocket.open(base, PATH), topic.substring(9), "ada");
        List<RawSocket> others = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            others.add(join(RawSocket.open(base, PATH), topic.substring(9), "bob"));
        }
        // When
        for (int i = 1; i <= broadcasts; i++) {
            sender.send(RawSocket.TEXT, utf8("""
                    ["1",null,"%s","broadcast",{"type":"broadcast","event":"n","payload":{"n":%d}}]""".formatted(topic, i)));
        }
        // Then
        for (RawSocket other : others) {
            for (int i = 1; i <= broadcasts; i++) {
                assertThat(other.next()).contains(topic + "n{").endsWith("{\"n\":" + i + "}");
            }
        }
        // Then what one says comes to all but itself, whatever the others say in the same moment
        others.getFirst().send(RawSocket.TEXT, utf8("""
                ["1",null,"%s","broadcast",{"type":"broadcast","event":"re","payload":{}}]""".formatted(topic)));
        assertThat(sender.next()).contains(topic + "re{");
        sender.send(RawSocket.TEXT, utf8("""
                ["1",null,"%s","broadcast",{"type":"broadcast","event":"last","payload":{}}]""".formatted(topic)));
        assertThat(others.getFirst().next()).contains(topic + "last{");
        assertThat(others.getLast().next()).contains(topic + "re{");
        assertThat(others.getLast().next()).contains(topic + "last{");
    }

    private static String text(int deltas) {
        var text = new StringBuilder();
        for (int i = 1; i <= deltas; i++) {
            text.append(i).append(WORDS);
        }
        return text.toString();
    }

    private RawSocket join(RawSocket socket, String session) {
        return join(socket, "session:" + session, "ada");
    }

    private RawSocket join(RawSocket socket, String topic, String account) {
        sockets.add(socket);
        socket.send(RawSocket.TEXT, utf8("""
                ["1","1","realtime:%s","phx_join",{"config":{"private":true},"access_token":"%s"}]""".formatted(topic, Tokens.user(account))));
        assertThat(socket.next("phx_reply")).contains("\"ok\"");
        return socket;
    }

    private double mostWaiting() {
        return meters.get("relay.sockets.waiting.bytes").gauge().value();
    }

    /** Reads to the end of the stream; every piece has to follow the one before. Gives the last offset of each. */
    private static List<Long> listen(RawSocket socket, String text) {
        List<Long> offsets = new ArrayList<>();
        long last = 0;
        int read = 0;
        String message = socket.next("\"offset\":");
        while (message.contains("token{")) {
            int begin = message.indexOf("\"text\":\"") + 8;
            int length = message.indexOf('"', begin) - begin;
            long offset = number(OFFSET, message, -1);
            assertThat(number(FROM, message, offset)).isEqualTo(last + 1);
            assertThat(text.regionMatches(read, message, begin, length)).isTrue();
            read += length;
            last = offset;
            offsets.add(offset);
            message = socket.next("\"offset\":");
        }
        assertThat(message).contains("end{");
        assertThat(read).isEqualTo(text.length());
        return offsets;
    }

    private static long number(Pattern pattern, String message, long otherwise) {
        Matcher matcher = pattern.matcher(message);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : otherwise;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
