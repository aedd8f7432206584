package io.weir.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.fakes.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Journal open() {
        return Journal.open(directory, new Journal.Keeping(Duration.ofHours(24), 1 << 20, InstantSource.system()));
    }

    @Test
    void keepsWhatWasAcknowledgedApart() throws Exception {
        // Given
        try (Journal journal = open()) {
            journal.put("a", "{\"one\":1}", _ -> {});
            journal.put("b", "{\"two\":2}", _ -> {});
            journal.acknowledged("a");
        }
        // Then
        try (Journal again = open()) {
            var kept = new ArrayList<String>();
            again.archive().forEach((key, payload) -> kept.add(key + " " + payload));
            assertThat(kept).containsExactly("a {\"one\":1}");
        }
    }

    @Test
    void keepsWhatWasNotAcknowledged() {
        // Given
        var durable = new AtomicInteger();
        try (Journal journal = open()) {
            journal.put("a", "{\"one\":1}", written -> durable.addAndGet(written ? 1 : 0));
            journal.put("b", "{\"two\":2}", written -> durable.addAndGet(written ? 1 : 0));
            Await.until("both on disk", () -> durable.get() == 2);
            journal.acknowledged("a");
        }
        // When
        try (Journal again = open()) {
            // Then
            assertThat(again.unsettled()).isEqualTo(Map.of("b", "{\"two\":2}"));
        }
    }

    @Test
    void survivesACrashInTheMiddleOfALine() throws IOException {
        // Given
        try (Journal journal = open()) {
            journal.put("a", "{\"one\":1}", _ -> {});
        }
        Files.writeString(directory.resolve("settles"), "89ab + c {\"torn", StandardOpenOption.APPEND);
        // When
        try (Journal again = open()) {
            // Then
            assertThat(again.unsettled()).containsOnlyKeys("a");
        }
    }

    @Test
    void keepsTheLatestFiguresOfAStreamThatIsSettledTwice() {
        // Given
        try (Journal journal = open()) {
            journal.put("a", "1", _ -> {});
            journal.put("a", "2", _ -> {});
        }
        // When
        try (Journal again = open()) {
            // Then
            assertThat(again.unsettled()).isEqualTo(Map.of("a", "2"));
        }
    }

    @Test
    void writesWhatIsPutTwiceUnchangedOnce() throws IOException {
        // Given
        try (Journal journal = open()) {
            journal.put("a", "1", _ -> {});
            // When
            journal.put("a", "1", _ -> {});
        }
        // Then
        assertThat(Files.readAllLines(directory.resolve("settles"))).hasSize(1);
    }

    @Test
    void doesNotGrowWithoutEnd() {
        // Given
        String payload = "x".repeat(100_000);
        var durable = new AtomicInteger();
        // When
        try (Journal journal = open()) {
            for (int i = 0; i < 200; i++) {
                journal.put("k" + i, payload, _ -> durable.incrementAndGet());
                journal.acknowledged("k" + i);
            }
            Await.until("all written", () -> durable.get() == 200);
        }
        // Then
        assertThat(directory.resolve("settles"))
                .satisfies(file -> assertThat(Files.size(file)).isLessThan(12L << 20));
    }
}
