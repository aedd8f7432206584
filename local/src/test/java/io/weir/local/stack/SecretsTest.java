package io.weir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private final Path folder;

    SecretsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void areMadeOnceAndKept() throws Exception {
        var first = new Secrets(folder.resolve("secrets"));
        String keys = first.ticketKeys();
        var clients = first.clients();

        var second = new Secrets(folder.resolve("secrets"));

        assertThat(second.ticketKeys()).isEqualTo(keys).startsWith("local:");
        assertThat(second.clients()).isEqualTo(clients).hasSize(4);
        assertThat(second.edgeSession()).hasSizeGreaterThanOrEqualTo(32).isNotEqualTo(second.gatewaySession());
    }

    @Test
    void areReadableByTheirOwnerOnly() throws Exception {
        var secrets = new Secrets(folder.resolve("secrets"));
        secrets.agentToken();
        secrets.clients();

        assertThat(permissions(secrets.folder())).isEqualTo("rwx------");
        try (var files = Files.list(secrets.folder())) {
            assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(permissions(file))
                    .isEqualTo("rw-------"));
        }
    }

    private static String permissions(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
