package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.TenantId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.presence.MemberChange;
import io.weir.relay.presence.NodeId;
import io.weir.relay.presence.PresenceMessage;
import io.weir.relay.topics.Hub;
import io.weir.relay.topics.NodeWord;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Presence over real sockets. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class PresenceTest {
    @TestHTTPResource("/")
    URI base;

    @Inject
    Hub hub;

    @Test
    void showsTwoDevicesOfOnePersonUnderBothVersions() {
        try (var desk = PhoenixClient.v2(base);
                var phone = PhoenixClient.v1(base)) {
            // Given
            desk.send(join("pair", "alice", true));
            assertThat(desk.next()).contains("phx_reply").contains("\"ok\"");
            assertThat(desk.next()).isEqualTo("[\"6\",null,\"realtime:pair\",\"presence_state\",{}]");
            phone.send("{\"topic\":\"realtime:pair\",\"event\":\"phx_join\",\"payload\":{\"config\":{\"presence\":"
                    + "{\"key\":\"alice\",\"enabled\":true}},\"access_token\":\"" + Tokens.user("alice")
                    + "\"},\"ref\":\"6\",\"join_ref\":\"6\"}");
            phone.next("presence_state");
            // When
            desk.send(track("pair", "10", "{\"name\":\"desk\"}"));
            assertThat(desk.next("phx_reply")).contains("\"10\"").contains("\"ok\"");
            String first = desk.next("presence_diff");
            phone.send("{\"topic\":\"realtime:pair\",\"event\":\"presence\",\"payload\":{\"type\":\"presence\","
                    + "\"event\":\"TRACK\",\"payload\":{\"name\":\"phone\"}},\"ref\":\"10\",\"join_ref\":\"6\"}");
            // Then
            assertThat(first)
                    .startsWith(
                            "[null,null,\"realtime:pair\",\"presence_diff\",{\"joins\":{\"alice\":{\"metas\":[{\"name\":\"desk\",\"phx_ref\":\"");
            assertThat(desk.next("presence_diff")).contains("\"phone\"").contains("\"leaves\":{}");
            assertThat(phone.next("\"presence_diff\"")).contains("\"desk\"");
            assertThat(phone.next("\"presence_diff\""))
                    .contains("\"alice\"")
                    .contains("\"phone\"")
                    .contains("\"ref\":null");
            // When one of them shows something else
            desk.send(track("pair", "11", "{\"name\":\"away\"}"));
            assertThat(phone.next("\"presence_diff\""))
                    .contains("\"away\"")
                    .contains("phx_ref_prev")
                    .contains("\"leaves\":{\"alice\":{\"metas\":[{\"name\":\"desk\"");
            // When it goes
            desk.send(push("pair", "12", "{\"type\":\"presence\",\"event\":\"untrack\"}"));
            assertThat(desk.next("\"12\"")).contains("\"ok\"");
            assertThat(phone.next("\"presence_diff\"")).contains("\"joins\":{}").contains("\"away\"");
        }
    }

    @Test
    void tellsWhoeverTracksAndMakesAKeyWhereThereIsNone() {
        try (var client = PhoenixClient.v2(base)) {
            // Given
            client.send(join("keyless", "", false));
            client.next("phx_reply");
            // When
            client.send(track("keyless", "7", "{}"));
            // Then
            assertThat(client.next("presence_state")).contains("{}");
            assertThat(client.next("presence_diff"))
                    .containsPattern("\"joins\":\\{\"[0-9a-f]{8}-[0-9a-f-]{27}\":\\{\"metas\"");
        }
    }

    @Test
    void refusesWithoutEndingTheChannel() {
        try (var client = PhoenixClient.v2(base)) {
            // Given
            client.send(join("refused", "ids", true));
            client.next("presence_state");
            // Then
            client.send(track("refused", "7", "{}"));
            assertThat(client.next()).contains("\"error\"").contains("must not be ids");
            client.send(join("refused2", "k", true));
            client.next("presence_state");
            client.send(track("refused2", "8", "[]"));
            assertThat(client.next()).contains("Presence track payload must be a map");
            client.send(track("refused2", "9", "{\"x\":\"" + "x".repeat(8 * 1024) + "\"}"));
            assertThat(client.next()).contains("Track message size exceeded");
            client.send(push("refused2", "10", "{\"event\":\"dance\"}"));
            assertThat(client.next()).contains("Unknown presence event");
            client.send(track("refused2", "11", "{}"));
            assertThat(client.next("\"11\"")).contains("\"ok\"");
            // When it is too much
            client.send(track("refused2", "12", "{\"n\":1}"));
            assertThat(client.next("\"12\"")).contains("\"error\"").contains("Client presence rate limit exceeded");
            // Then the channel is as it was
            client.send("[\"6\",\"13\",\"realtime:refused2\",\"broadcast\",{\"event\":\"e\",\"payload\":{}}]");
            client.send("[null,\"14\",\"phoenix\",\"heartbeat\",{}]");
            assertThat(client.next("phx_reply")).contains("\"14\"");
        }
    }

    @Test
    void letsNobodyBePresentWhereHeMayOnlyRead() {
        try (var viewer = PhoenixClient.v2(base)) {
            // Given
            viewer.join("battle-cli-stream-b1-left", "6", Tokens.user("eve"));
            // When
            viewer.send(track("battle-cli-stream-b1-left", "7", "{}"));
            // Then
            assertThat(viewer.next()).contains("\"error\"").contains("unauthorized");
        }
    }

    @Test
    void losesTheMembersOfALostNode() {
        try (var client = PhoenixClient.v2(base)) {
            // Given
            var topic = new TopicKey.Free(new TenantId("default"), "far");
            var node = new NodeId("0badcafe");
            client.send(join("far", "near", true));
            client.next("presence_state");
            // When another node announces a member
            var payload = new ObjectMapper().createObjectNode().put("name", "Far");
            var come = new MemberChange.Shown(1, "far", "f1", payload);
            hub.heard(topic, node, new NodeWord.Present(new PresenceMessage.Changes(0, 1, List.of(come))));
            // Then
            assertThat(client.next("presence_diff")).contains("\"joins\":{\"far\"");
            // When it is lost
            hub.lost(node);
            assertThat(client.next("presence_diff")).contains("\"joins\":{}").contains("\"leaves\":{\"far\"");
        }
    }

    private static String join(String name, String key, boolean enabled) {
        return "[\"6\",\"6\",\"realtime:" + name + "\",\"phx_join\",{\"config\":{\"presence\":{\"key\":\"" + key
                + "\",\"enabled\":" + enabled + "},\"private\":false},\"access_token\":\"" + Tokens.user("alice")
                + "\"}]";
    }

    private static String track(String name, String ref, String payload) {
        return push(name, ref, "{\"type\":\"presence\",\"event\":\"track\",\"payload\":" + payload + "}");
    }

    private static String push(String name, String ref, String payload) {
        return "[\"6\",\"" + ref + "\",\"realtime:" + name + "\",\"presence\"," + payload + "]";
    }
}
