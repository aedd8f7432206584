package io.weir.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettledArchiveTest {
    private static final Duration DAY = Duration.ofHours(24);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Instant now = Instant.parse("2026-11-28T10:00:00Z");

    @Test
    void keepsADayAcrossProcesses() throws Exception {
        archive(1 << 20).add(Map.of("a", "{\"one\":1}"));
        now = now.plus(Duration.ofHours(23));
        archive(1 << 20).add(Map.of("b", "{\"two\":2}"));
        assertThat(kept(archive(1 << 20))).containsExactly("a {\"one\":1}", "b {\"two\":2}");
        now = now.plus(Duration.ofHours(2));
        assertThat(kept(archive(1 << 20))).containsExactly("b {\"two\":2}");
    }

    @Test
    void dropsTheOldestHourBeyondItsSize() throws Exception {
        SettledArchive archive = archive(1000);
        for (int i = 0; i < 5; i++) {
            archive.add(Map.of("k" + i, "x".repeat(400)));
            now = now.plus(Duration.ofHours(1));
        }
        assertThat(kept(archive)).hasSize(2).allMatch(line -> line.startsWith("k3") || line.startsWith("k4"));
    }

    @Test
    void dropsATornLine() throws Exception {
        archive(1 << 20).add(Map.of("a", "{\"one\":1}"));
        Path file;
        try (var files = Files.list(directory)) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, "12ab b {\"torn", StandardOpenOption.APPEND);
        assertThat(kept(archive(1 << 20))).containsExactly("a {\"one\":1}");
    }

    @Test
    void remembersTheTimeline() throws Exception {
        assertThat(archive(1000).timeline()).isEmpty();
        archive(1000).timeline(7);
        assertThat(archive(1000).timeline()).hasValue(7);
    }

    private SettledArchive archive(long maxBytes) throws IOException {
        return new SettledArchive(directory, DAY, maxBytes, () -> now);
    }

    private static List<String> kept(SettledArchive archive) throws Exception {
        List<String> all = new ArrayList<>();
        archive.forEach((key, payload) -> all.add(key + " " + payload));
        return all;
    }
}
