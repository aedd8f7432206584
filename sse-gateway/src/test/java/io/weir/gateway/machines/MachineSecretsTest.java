package io.weir.gateway.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.machines.SecretReference.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineSecretsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "config:",
                "env:PATH ",
                "file:../ticket.key",
                "file:/etc/passwd",
                "file:.hidden",
                "http://x",
                "machine:a",
                "config:a:b"
            })
    void isNoReference(String text) {
        assertThat(SecretReference.parse(text)).isEmpty();
    }

    @Test
    void readsAFileAgain() throws IOException {
        var secrets = TestSecrets.in(directory);
        var reference = new SecretReference(Kind.FILE, "openclaw");
        assertThat(secrets.load(reference)).isEmpty();
        Files.writeString(directory.resolve("openclaw"), "first\n");
        assertThat(secrets.known(reference)).as("not before it is loaded").isEmpty();
        assertThat(secrets.load(reference)).contains("first");
        Files.writeString(directory.resolve("openclaw"), "second");
        assertThat(secrets.load(reference)).contains("second");
        assertThat(secrets.known(reference)).contains("second");
    }

    @Test
    void givesNothingThatDoesNotFitIntoAHeader() throws IOException {
        var secrets = TestSecrets.in(directory);
        Files.writeString(directory.resolve("split"), "one\r\nX-Other: two");
        assertThat(secrets.load(new SecretReference(Kind.FILE, "split"))).isEmpty();
        Files.writeString(directory.resolve("long"), "x".repeat(9000));
        assertThat(secrets.load(new SecretReference(Kind.FILE, "long"))).isEmpty();
    }

    @Test
    void knowsNothingOutsideThePlacesMadeForIt() {
        var secrets = TestSecrets.of(Map.of(
                "weir.gateway.machines.secrets.mine", "s3cret",
                "weir.machines.a.app", "demo",
                "weir.machines.a.address", "http://127.0.0.1:1",
                "weir.machines.a.secret", "of-a"));
        assertThat(secrets.load(new SecretReference(Kind.CONFIG, "mine"))).contains("s3cret");
        assertThat(secrets.load(new SecretReference(Kind.MACHINE, "a"))).contains("of-a");
        for (String reference : new String[] {"env:PATH", "env:HOME", "config:weir.ticket.keys", "file:any"}) {
            assertThat(SecretReference.parse(reference).flatMap(secrets::load))
                    .as(reference)
                    .isEqualTo(Optional.empty());
        }
    }
}
