package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Ten thousand clients that lose their connections at once, and what others notice of it; then the relay leaves. */
@QuarkusTest
@WithTestResource(RelayStack.class)
@TestProfile(AdmissionTest.Narrow.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdmissionTest {
    private static final Logger LOG = Logger.getLogger(AdmissionTest.class);
    private static final int CLIENTS = 10_000;
    /** Of this process, beside the two ends of each client. */
    private static final int OTHER_DESCRIPTORS = 1_000;

    private static final int STREAMS = 20;
    private static final String TOPIC = "workspace:w1:channel:storm";
    private static final String TEXT = "It was a dark and stormy night. ".repeat(20);

    @TestHTTPResource("/")
    URI base;

    @Inject
    Event<ShutdownDelayInitiatedEvent> shutdown;

    /** A gate that a storm of this machine's size cannot pass at once, and a port for cameras. */
    public static final class Narrow implements QuarkusTestProfile {
        static final int CAMERA_PORT = freePort();

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "weir.relay.admission.burst", "500",
                    "weir.relay.admission.connections-per-second", "800",
                    "weir.relay.admission.drain-over", "1s",
                    // The machine is busy with the storm.
                    "weir.relay.ingest.suspect-after", "60s",
                    "weir.relay.camera-port", Integer.toString(CAMERA_PORT));
        }

        private static int freePort() {
            try (var socket = new ServerSocket(0)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    @Order(1)
    void servesCamerasOnAPortOfTheirOwnAndNothingElse() throws IOException, InterruptedException {
        URI cameras = URI.create("http://" + base.getHost() + ":" + Narrow.CAMERA_PORT + "/");
        try (var camera = CameraTest.Socket.bearer(cameras, "porch", CameraTest.token("cam", "camera", "porch"));
                var near = CameraTest.Socket.subprotocol(cameras, "porch", CameraTest.token("ada", "user", "porch"));
                var far = CameraTest.Socket.parameter(base, "porch", CameraTest.token("bob", "user", "porch"))) {
            camera.publishUntil(near);
            camera.publishUntil(far);
            assertThat(near.text()).contains("\"camera_id\":\"porch\"");
        }
        assertThat(status(cameras.resolve("/q/health"))).isEqualTo(404);
        assertThat(status(base.resolve("/q/health/live"))).isEqualTo(200);
    }

    private static int status(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    @Order(2)
    @Timeout(180)
    void bringsAStormBackWhileStreamsRunUndisturbed() {
        int clients = clients();
        List<String> tokens =
                IntStream.range(0, 200).mapToObj(i -> Tokens.user("storm-" + i)).toList();
        StreamId idle = TestGateway.newStream();
        var running = new AtomicBoolean(true);
        try (var gateway = new TestGateway(base);
                var crowd = new Crowd(base, number -> join(tokens.get(number % 200)))) {
            // Given a crowd on the topic of a stream that has said something, and others that go on saying something
            gateway.open(idle, 1, onTopic(TOPIC));
            gateway.append(idle, 1, TestGateway.delta(1, TEXT));
            gateway.awaitAck(1);
            crowd.come(clients);
            await(() -> crowd.joined() == clients);
            var started = new CountDownLatch(STREAMS);
            List<CompletableFuture<Void>> streams = IntStream.range(0, STREAMS)
                    .mapToObj(i ->
                            CompletableFuture.runAsync(() -> stream(i, started, running), Thread::startVirtualThread))
                    .toList();
            await(() -> started.getCount() == 0);
            int refusedBefore = crowd.refused();
            // When
            long cut = System.nanoTime();
            crowd.cut();
            await(() -> crowd.joined() == clients && crowd.shown() == clients);
            // Then they came back one by one, each with the text so far
            LOG.infof(
                    "storm clients=%d refused=%d millis=%d",
                    clients, crowd.refused() - refusedBefore, (System.nanoTime() - cut) / 1_000_000);
            assertThat(crowd.refused()).isGreaterThan(refusedBefore);
            running.set(false);
            streams.forEach(stream -> stream.orTimeout(60, TimeUnit.SECONDS).join());
            gateway.append(idle, 1, TestGateway.terminal(idle, 2, EndReason.COMPLETED, TEXT));
            gateway.awaitAck(2);
        }
    }

    /** Both ends of each connection are in this process. */
    private static int clients() {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long most = (system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - OTHER_DESCRIPTORS) / 2;
        if (most < CLIENTS) {
            LOG.warnf(
                    "the limit of descriptors allows fewer clients limit=%d clients=%d",
                    system.getMaxFileDescriptorCount(), most);
        }
        return (int) Math.min(CLIENTS, most);
    }

    private static StreamHeader onTopic(String topic) {
        return new StreamHeader(
                new TenantId("default"),
                new AccountId("storm-0"),
                new SessionId("storm"),
                topic,
                "workspace",
                "token",
                new AgentName("demo"),
                null);
    }

    private static String join(String token) {
        return "[\"1\",\"1\",\"realtime:" + TOPIC + "\",\"phx_join\",{\"config\":{\"private\":true},\"access_token\":\""
                + token + "\"}]";
    }

    /** One stream with one viewer: all is acknowledged, and the viewer gets it in order and without a gap. */
    private void stream(int number, CountDownLatch started, AtomicBoolean running) {
        String account = "viewer-" + number;
        StreamId stream = TestGateway.newStream();
        var expected = new StringBuilder();
        try (var gateway = new TestGateway(base);
                var viewer = PhoenixClient.v2(base)) {
            viewer.join("session:" + account, "1", Tokens.user(account));
            gateway.open(stream, 1, TestGateway.header(account, account, null));
            started.countDown();
            long offset = 0;
            while (running.get() || offset < 20) {
                String word = "word" + ++offset + " ";
                expected.append(word);
                gateway.append(stream, 1, TestGateway.delta(offset, word));
                gateway.awaitAck(offset);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, offset + 1, EndReason.COMPLETED, ""));
            gateway.awaitAck(offset + 1);
            assertThat(told(viewer)).isEqualTo(expected.toString());
        }
    }

    /** The text that a viewer was told up to the end; offsets must go on without a gap. */
    private static String told(PhoenixClient viewer) {
        var text = new StringBuilder();
        long last = 0;
        String frame = viewer.next();
        while (!frame.contains("|end|")) {
            if (frame.contains("|token|")) {
                var token = new JsonObject(frame.substring(frame.indexOf('{')));
                long offset = token.getLong("offset");
                assertThat(token.getLong("from", offset)).isEqualTo(last + 1);
                last = offset;
                text.append(token.getString("text"));
            }
            frame = viewer.next();
        }
        return text.toString();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** The last one: nobody comes in after it. */
    @Test
    @Order(3)
    void sendsEverybodyAwayAndLetsNobodyIn() {
        // Given
        List<PhoenixClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            var client = PhoenixClient.v2(base);
            client.join("session:leaver", "1", Tokens.user("leaver"));
            clients.add(client);
        }
        // When
        shutdown.fire(new ShutdownDelayInitiatedEvent());
        // Then
        clients.forEach(client -> assertThat(client.next("closed")).isEqualTo("closed 1012"));
        assertThatThrownBy(() -> PhoenixClient.v2(base))
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, refusal -> assertThat(
                                refusal.getResponse().statusCode())
                        .isEqualTo(503));
    }
}
