package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The unmodified {@code @supabase/supabase-js} plays every scenario of {@code src/test/js/scenarios}, under both versions.
 * Needs Node 20; skipped without.
 */
@QuarkusTest
@WithTestResource(RelayStack.class)
class NpmScenariosTest {
    @TestHTTPResource("/")
    URI base;

    @TestFactory
    List<DynamicTest> playsUnderTheOldVersion() throws Exception {
        return play("1.0.0");
    }

    @TestFactory
    List<DynamicTest> playsUnderTheNewVersion() throws Exception {
        return play("2.0.0");
    }

    private List<DynamicTest> play(String vsn) throws Exception {
        Optional<Path> home = NpmClient.install();
        Assumptions.assumeTrue(home.isPresent(), "Node 20 and the npm client");
        Path key = home.get().resolve("key.pem");
        String pem = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(Shared.keys().getPrivate().getEncoded());
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n",
                StandardCharsets.US_ASCII);
        String url = "http://" + base.getHost() + ":" + base.getPort();
        List<DynamicTest> played = new ArrayList<>();
        try (var client =
                new NpmClient(home.get(), "run.mjs", url, vsn, key.getFileName().toString())) {
            JsonObject said = client.next();
            while (!said.getString("kind").equals("done")) {
                JsonObject scenario = said.getJsonObject("value");
                played.add(dynamicTest(
                        scenario.getString("name") + " " + vsn,
                        () -> assertThat(scenario.getString("error")).isNull()));
                said = client.next();
            }
        }
        try (var files = Files.list(home.get().resolve("scenarios"))) {
            assertThat(played).hasSize((int) files.count());
        }
        return played;
    }
}
