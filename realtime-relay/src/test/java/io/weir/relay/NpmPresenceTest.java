package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The unmodified {@code @supabase/supabase-js} is present on two devices. Needs Node 20; skipped without. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class NpmPresenceTest {
    @TestHTTPResource("/")
    URI base;

    @ParameterizedTest
    @CsvSource({"1.0.0,2.0.0", "2.0.0,1.0.0"})
    void seesTwoDevicesComeChangeAndGo(String deskVsn, String phoneVsn) throws Exception {
        // Given
        Optional<Path> home = NpmClient.install();
        Assumptions.assumeTrue(home.isPresent(), "Node 20 and the npm client");
        String topic = "devices-" + deskVsn;
        try (var desk = client(home.get(), deskVsn, topic);
                var phone = client(home.get(), phoneVsn, topic)) {
            assertThat(desk.next("status").getString("value")).isEqualTo("SUBSCRIBED");
            assertThat(phone.next("status").getString("value")).isEqualTo("SUBSCRIBED");
            // When
            desk.tell("track {\"name\":\"desk\"}");
            assertThat(desk.next("tracked").getString("value")).isEqualTo("ok");
            awaitSync(phone, "{\"alice\":[\"desk\"]}");
            phone.tell("track {\"name\":\"phone\"}");
            // Then
            awaitSync(desk, "{\"alice\":[\"desk\",\"phone\"]}");
            awaitSync(phone, "{\"alice\":[\"desk\",\"phone\"]}");
            // When one shows something else
            desk.tell("track {\"name\":\"away\"}");
            // Then
            assertThat(phone.next("join").getJsonObject("value").encode())
                    .isEqualTo("{\"key\":\"alice\",\"names\":[\"away\"]}");
            assertThat(phone.next("leave").getJsonObject("value").encode())
                    .isEqualTo("{\"key\":\"alice\",\"names\":[\"desk\"]}");
            awaitSync(phone, "{\"alice\":[\"away\",\"phone\"]}");
            // When one does not want to be seen any more, and the other goes
            phone.tell("untrack");
            awaitSync(desk, "{\"alice\":[\"away\"]}");
            desk.tell("leave");
            // Then
            assertThat(desk.next("left").getJsonArray("value")).contains("ok");
            awaitSync(phone, "{}");
        }
    }

    private NpmClient client(Path home, String vsn, String topic) throws Exception {
        String url = "http://" + base.getHost() + ":" + base.getPort();
        return new NpmClient(home, "presence.mjs", url, vsn, topic, "alice", Tokens.user("alice"));
    }

    private static void awaitSync(NpmClient client, String state) throws InterruptedException {
        JsonObject shown = client.next("sync").getJsonObject("value");
        while (!shown.encode().equals(state)) {
            shown = client.next("sync").getJsonObject("value");
        }
    }
}
