package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.append.AppendFrame;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two packaged relays on one Redis cluster: what people say at one, and about streams, is the same at the other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TopicsOnNodesIT {
    private static final String ORPHANED = "{\"epoch\":2,\"reason\":\"orphaned\",\"totals\":{\"input\":3,\"cached\":0,"
            + "\"cacheWrite\":0,\"output\":5,\"reasoning\":0},\"chargeMicro\":\"12\"}";

    private static @Nullable NodesStack stack;
    private static @Nullable RelayNode near;
    private static @Nullable RelayNode far;

    @BeforeAll
    static void start() {
        stack = NodesStack.start(0, Map.of("weir.relay.presence.listed", "6"));
        near = stack.node("near");
        far = stack.node("far");
        near.awaitReady();
        far.awaitReady();
    }

    @AfterAll
    static void stop() {
        if (near != null) {
            near.close();
        }
        if (far != null) {
            far.close();
        }
        if (stack != null) {
            stack.close();
        }
    }

    private static URI near() {
        return Objects.requireNonNull(near).uri();
    }

    private static URI far() {
        return Objects.requireNonNull(far).uri();
    }

    private static NodesStack stack() {
        return Objects.requireNonNull(stack);
    }

    /** Joins an open topic with a presence key. */
    private static PhoenixClient present(URI relay, String topic, String key) {
        var client = PhoenixClient.v2(relay);
        watch(client, topic, key);
        return client;
    }

    private static String watch(PhoenixClient client, String topic, String key) {
        client.send(
                "[\"6\",\"6\",\"realtime:%s\",\"phx_join\",{\"config\":{\"presence\":{\"key\":\"%s\",\"enabled\":true},\"private\":false},\"access_token\":\"%s\"}]"
                        .formatted(topic, key, Tokens.user("ada")));
        return client.next("presence_state");
    }

    /** What somebody is told who joins now. */
    private static String state(URI relay, String topic) {
        try (var client = PhoenixClient.v2(relay)) {
            return watch(client, topic, "late");
        }
    }

    private static void track(PhoenixClient client, String topic, String payload) {
        client.send(
                "[\"6\",\"7\",\"realtime:%s\",\"presence\",{\"type\":\"presence\",\"event\":\"track\",\"payload\":%s}]"
                        .formatted(topic, payload));
    }

    /** Joins a session's topic. */
    private static PhoenixClient join(URI relay, String session, String broadcast) {
        var client = PhoenixClient.v2(relay);
        client.send(
                "[\"1\",\"1\",\"realtime:session:%s\",\"phx_join\",{\"config\":{\"private\":true,\"broadcast\":%s},\"access_token\":\"%s\"}]"
                        .formatted(session, broadcast, Tokens.user("ada")));
        assertThat(client.next()).contains("\"ok\"");
        return client;
    }

    /** Joins an open topic. */
    private static PhoenixClient open(URI relay, String topic, String broadcast) {
        var client = PhoenixClient.v2(relay);
        client.send(
                "[\"1\",\"1\",\"realtime:%s\",\"phx_join\",{\"config\":{\"broadcast\":%s,\"private\":false},\"access_token\":\"%s\"}]"
                        .formatted(topic, broadcast, Tokens.user("ada")));
        assertThat(client.next()).contains("\"ok\"");
        return client;
    }

    private static void note(PhoenixClient client, String topic, String ref, String payload) {
        client.send(
                "[\"1\",\"%s\",\"realtime:%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"note\",\"payload\":%s}]"
                        .formatted(ref, topic, payload));
    }

    private static void say(PhoenixClient client, String session, String ref, String event, String payload) {
        client.send(
                "[\"1\",\"%s\",\"realtime:session:%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"%s\",\"payload\":%s}]"
                        .formatted(ref, session, event, payload));
    }

    @Test
    void showsWhoIsPresentAtEveryNode() {
        try (var desk = present(near(), "lobby", "alice");
                var phone = present(far(), "lobby", "alice")) {
            // When
            track(desk, "lobby", "{\"name\":\"desk\"}");
            assertThat(phone.next("presence_diff")).contains("{\"joins\":{\"alice\":{\"metas\":[{\"name\":\"desk\"");
            track(phone, "lobby", "{\"name\":\"phone\"}");
            assertThat(desk.next("\"phone\"")).contains("presence_diff").contains("\"leaves\":{}");
            // Then whoever comes later is told of both, wherever
            assertThat(state(near(), "lobby")).contains("desk", "phone");
            // When one shows something else, and the other goes
            track(desk, "lobby", "{\"name\":\"away\"}");
            assertThat(phone.next("\"away\"")).contains("phx_ref_prev").contains("\"name\":\"desk\"");
            phone.cut();
            assertThat(desk.next("\"joins\":{},\"leaves\":{\"alice\"")).contains("\"phone\"");
        }
    }

    @Test
    void tellsTheStateOfAllNodesAndCountsWhereThereAreMany() {
        List<PhoenixClient> crowd = new ArrayList<>();
        try (var viewer = present(near(), "hall", "viewer")) {
            // Given members at both
            for (int i = 0; i < 6; i++) {
                crowd.add(present(i % 2 == 0 ? near() : far(), "hall", "k" + i));
                track(crowd.get(i), "hall", "{}");
                assertThat(viewer.next("\"k" + i + "\"")).contains("joins");
            }
            assertThat(state(near(), "hall")).contains("\"k0\"", "\"k1\"", "\"k5\"");
            // When there are more than are told by name
            crowd.add(present(far(), "hall", "k6"));
            track(crowd.get(6), "hall", "{}");
            // Then
            assertThat(viewer.next("presence_state")).contains("{}");
            assertThat(viewer.next("\"system\"")).contains("7");
        } finally {
            crowd.forEach(PhoenixClient::close);
        }
    }

    @Test
    void losesTheMembersOfANodeThatIsKilledWhenItsLeaseEnds() {
        try (RelayNode third = stack().node("third").awaitReady();
                var viewer = present(near(), "ward", "viewer");
                var other = present(far(), "ward", "other");
                var lost = present(third.uri(), "ward", "lost")) {
            // Given
            track(lost, "ward", "{\"name\":\"lost\"}");
            track(other, "ward", "{\"name\":\"other\"}");
            viewer.next("\"name\":\"lost\"");
            other.next("\"name\":\"lost\"");
            // When
            third.kill();
            // Then
            assertThat(viewer.next("\"leaves\":{\"lost\"")).contains("\"joins\":{}");
            assertThat(other.next("\"leaves\":{\"lost\"")).contains("\"joins\":{}");
        }
    }

    @Test
    void tellsWhoIsTypingAtEveryNode() {
        try (var ada = join(near(), "typing", "{\"ack\":true}");
                var phone = join(far(), "typing", "{}")) {
            // Given that the nodes know of each other's interest
            say(ada, "typing", "2", "typing", "{\"on\":true}");
            while (!phone.hears("\"on\":true", 500)) {
                say(ada, "typing", "3", "typing", "{\"on\":false}");
                say(ada, "typing", "4", "typing", "{\"on\":true}");
            }
            // When
            say(ada, "typing", "5", "typing", "{\"on\":true}");
            say(ada, "typing", "6", "typing", "{\"on\":false}");
            // Then
            assertThat(phone.next("|typing|")).contains("{\"on\":false,\"account\":\"ada\"}");
            // When they leave
            say(ada, "typing", "7", "typing", "{\"on\":true}");
            assertThat(phone.next("|typing|")).contains("\"on\":true");
            ada.cut();
            assertThat(phone.next("|typing|")).contains("\"on\":false");
        }
    }

    @Test
    void tellsHowFarAStreamHasReachedWhomAtAnotherNode() {
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(near());
                var ada = join(near(), "receipts", "{\"receipts\":true,\"ack\":true}");
                var phone = join(far(), "receipts", "{\"ack\":true}")) {
            gateway.open(stream, 1, TestGateway.header("ada", "receipts", null));
            gateway.append(stream, 1, TestGateway.delta(1, "one"));
            phone.next("|token|");
            gateway.append(stream, 1, TestGateway.delta(2, " two"));
            phone.next("|token|");
            // When it is read there
            say(phone, "receipts", "2", "read", "{\"streamId\":\"" + stream + "\",\"offset\":2}");
            assertThat(phone.next("phx_reply")).contains("\"ok\"");
            // Then it is told here
            assertThat(ada.next("\"read\":2}"))
                    .contains("|receipt|")
                    .contains("{\"streamId\":\"" + stream + "\",\"account\":\"ada\",\"delivered\":2,\"read\":2}");
            // And to who asks at a third place later
            try (var late = join(far(), "receipts", "{\"receipts\":true}")) {
                assertThat(late.next("|receipt|")).contains("\"read\":2}");
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, 3, EndReason.COMPLETED, "one two"));
            gateway.awaitAck(3);
        }
    }

    @Test
    void tellsBroadcastsOnceAtEveryNode() {
        try (var quiet = open(near(), "said", "{\"ack\":true,\"self\":false}");
                var self = open(far(), "said", "{\"ack\":true,\"self\":true}");
                var viewer = open(far(), "said", "{}")) {
            // When
            for (int i = 0; i < 20; i++) {
                note(quiet, "said", "2", "{\"from\":\"near\",\"n\":" + i + "}");
                note(self, "said", "3", "{\"from\":\"far\",\"n\":" + i + "}");
            }
            // Then each hears each once and in its order, and only who asked hears himself
            assertNotes(viewer, "near", "far");
            assertNotes(self, "near", "far");
            assertNotes(quiet, "far");
            note(quiet, "said", "4", "{\"last\":true}");
            assertThat(quiet.next("\"4\"")).contains("phx_reply").contains("\"ok\"");
            assertThat(viewer.next()).contains("last");
        }
    }

    private static void assertNotes(PhoenixClient client, String... senders) {
        for (int heard = 0, near = 0, far = 0; heard < 20 * senders.length; ) {
            String frame = client.next();
            if (frame.contains("phx_reply")) {
                continue;
            }
            heard++;
            boolean fromNear = frame.contains("\"from\":\"near\"");
            assertThat(senders).contains(fromNear ? "near" : "far");
            assertThat(frame).contains("\"n\":" + (fromNear ? near++ : far++) + "}");
        }
    }

    @Test
    void showsFramesOfACameraAtEveryNode() {
        try (var camera = CameraTest.Socket.bearer(near(), "yard", CameraTest.token("cam", "camera", "yard"));
                var viewer = CameraTest.Socket.parameter(far(), "yard", CameraTest.token("ada", "user", "yard"));
                var topic = PhoenixClient.v2(far())) {
            assertThat(topic.join("camera:yard", "3", CameraTest.token("eve", "user", "yard")))
                    .contains("\"ok\"");
            // When
            camera.publishUntil(viewer);
            // Then
            assertThat(new JsonObject(viewer.text()).getString("camera_id")).isEqualTo("yard");
            assertThat(topic.next("|frame|")).contains("realtime:camera:yard");
            // When many come at once, though not more than a camera may send
            for (int i = 0; i < 30; i++) {
                camera.sendText("{\"frame\":\"/9j/2Q==\",\"timestamp\":%d}".formatted(i));
            }
            // Then the last of them is shown, and none twice or out of order
            List<Long> shown = new ArrayList<>();
            while (!shown.contains(29L)) {
                long timestamp = new JsonObject(viewer.text()).getLong("timestamp");
                if (timestamp != 17) {
                    shown.add(timestamp);
                }
            }
            assertThat(shown).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void bringsStopsAndInputToTheGatewayOfAnotherNodeAndCountsItsWatchers() {
        StreamId stream = TestGateway.newStream();
        String id = "{\"streamId\":\"" + stream + "\"";
        try (var gateway = new TestGateway(near());
                var client = join(far(), "control", "{\"ack\":true}")) {
            gateway.open(stream, 1, TestGateway.header("ada", "control", null));
            gateway.append(stream, 1, TestGateway.delta(1, "one"));
            client.next("|token|");
            // Then the viewers there count
            awaitWatchers(gateway, 1);
            try (var _ = join(far(), "control", "{}")) {
                awaitWatchers(gateway, 2);
                try (var _ = join(near(), "control", "{}")) {
                    awaitWatchers(gateway, 3);
                }
            }
            // When
            say(client, "control", "2", "steer", id + ",\"text\":\"shorter\"}");
            var steer = gateway.next(AppendFrame.Input.class);
            assertThat(steer.by()).isEqualTo("ada");
            assertThat(steer.payload().toString(StandardCharsets.UTF_8)).contains("shorter");
            gateway.send(new AppendFrame.InputTaken(stream, steer.input()));
            assertThat(client.next("phx_reply")).contains("\"2\"").contains("\"ok\"");
            say(client, "control", "3", "approve", id + ",\"callId\":\"c\",\"approved\":true}");
            var approve = gateway.next(AppendFrame.Input.class);
            assertThat(approve.event()).isEqualTo("approve");
            gateway.send(new AppendFrame.InputRefused(stream, approve.input(), "input_not_supported"));
            assertThat(client.next("phx_reply")).contains("\"3\"").contains("\"error\":\"input_not_supported\"");
            say(client, "control", "4", "answer", id + ",\"callId\":\"c\",\"text\":\"yes\"}");
            assertThat(gateway.next(AppendFrame.Input.class).event()).isEqualTo("answer");
            assertThat(client.next("phx_reply")).contains("\"4\"").contains("\"error\":\"no_answer\"");
            say(client, "control", "5", "cancel", id + "}");
            var cancel = gateway.next(AppendFrame.Cancel.class);
            assertThat(cancel.stream()).isEqualTo(stream);
            assertThat(cancel.by()).isEqualTo("ada");
            gateway.append(stream, 1, TestGateway.terminal(stream, 2, EndReason.CANCELLED, "one"));
            assertThat(client.next("|end|")).contains("\"reason\":\"cancelled\"");
        }
    }

    private static void awaitWatchers(TestGateway gateway, int count) {
        while (gateway.next(AppendFrame.Watchers.class).count() != count) {
            // Those before have come and gone.
        }
    }

    @Test
    void endsAStreamWhoseGatewayAndNodeAreLostAsMeteringSays() {
        StreamId stream = TestGateway.newStream();
        try (RelayNode third = stack().node("fourth").awaitReady();
                var viewer = join(near(), "orphan", "{}");
                var other = join(far(), "orphan", "{}");
                var gateway = new TestGateway(third.uri())) {
            gateway.open(stream, 1, TestGateway.header("ada", "orphan", "Where are you?"));
            gateway.append(stream, 1, TestGateway.delta(1, "I was"));
            viewer.next("|token|");
            other.next("|token|");
            // When
            third.kill();
            // Then nothing is ended before metering has said so
            String id = stream.toString();
            Waiting.until(20, () -> stack().metering().asked(id) >= 2);
            stack().metering().answer(id, 200, ORPHANED);
            assertThat(viewer.next("|error|"))
                    .contains("\"reason\":\"orphaned\"")
                    .contains("\"offset\":2");
            assertThat(other.next("|error|"))
                    .contains("\"reason\":\"orphaned\"")
                    .contains("\"offset\":2");
        }
        // And a gateway that comes back finds it ended
        try (var zombie = new TestGateway(far())) {
            zombie.send(new AppendFrame.Open(stream, 1, TestGateway.header("ada", "orphan", null)));
            assertThat(zombie.next(AppendFrame.Refused.class).why()).isEqualTo(AppendFrame.Why.ENDED);
        }
    }

    @Test
    @Order(1)
    void publishesOnlyWhereAnotherNodeWantsToHear() {
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(near());
                var ada = join(near(), "interest", "{}");
                var bob = open(near(), "chat", "{\"ack\":true}")) {
            gateway.open(stream, 1, TestGateway.header("ada", "interest", null));
            // When nobody elsewhere wants to hear
            for (int i = 1; i <= 100; i++) {
                gateway.append(stream, 1, TestGateway.delta(i, "x"));
                note(bob, "chat", "2", "{}");
                assertThat(bob.next("phx_reply")).contains("\"ok\"");
            }
            for (int i = 0; i < 20; i++) {
                assertThat(post("nobody", i)).isEqualTo(202);
            }
            gateway.awaitAck(100);
            ada.next("\"offset\":100");
            assertThat(stack().redis().calls("spublish")).isZero();
            // When somebody does
            try (var viewer = join(far(), "interest", "{}")) {
                viewer.next("|token|");
                gateway.append(stream, 1, TestGateway.delta(101, "y"));
                assertThat(viewer.next("\"offset\":101")).contains("|token|");
                assertThat(stack().redis().calls("spublish")).isPositive();
            }
            // And also where nobody here follows the topic
            try (var listener = present(far(), "somebody", "k")) {
                assertThat(post("somebody", 1)).isEqualTo(202);
                assertThat(listener.next("|note|")).contains("{\"n\":1}");
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, 102, EndReason.COMPLETED, "x".repeat(100) + "y"));
            gateway.awaitAck(102);
        }
    }

    private static int post(String topic, int number) {
        var http = new EventsClient(near());
        String body = "{\"messages\":[{\"topic\":\"%s\",\"event\":\"note\",\"payload\":{\"n\":%d}}]}"
                .formatted(topic, number);
        return http.get(http.request("/realtime/v1/api/broadcast")
                        .header("Authorization", "Bearer " + Tokens.user("ada"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build())
                .statusCode();
    }
}
