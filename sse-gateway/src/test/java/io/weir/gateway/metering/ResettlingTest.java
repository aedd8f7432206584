package io.weir.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.fakes.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResettlingTest {
    private static final int UNDER_WAY = 3;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    @Test
    void sendsNothingOnTheFirstTimelineAndEverythingOnTheNext() throws IOException {
        SettledArchive archive = filled(2);
        try (Resettling resettling = resettling(archive)) {
            resettling.timeline(1);
            awaitNoted(archive, 1);
            assertThat(sent).isEmpty();
            resettling.timeline(2);
            answerUntil(2);
            awaitNoted(archive, 2);
            resettling.timeline(2);
            assertThat(sent).containsExactly("k0", "k1");
        }
    }

    @Test
    void noticesAFailoverThatHappenedWhileItWasAway() throws IOException {
        filled(2).timeline(4);
        SettledArchive archive = archive();
        try (Resettling resettling = resettling(archive)) {
            resettling.timeline(5);
            answerUntil(2);
            awaitNoted(archive, 5);
        }
    }

    @Test
    void sendsAFewAtATimeAndBeginsAgainWhereItWasInterrupted() throws IOException {
        SettledArchive archive = filled(10);
        archive.timeline(1);
        try (Resettling resettling = resettling(archive)) {
            resettling.timeline(2);
            Await.until("some are sent", () -> sent.size() == UNDER_WAY);
        }
        assertThat(archive.timeline()).hasValue(1);
        sent.clear();
        waiting.clear();
        try (Resettling again = resettling(archive)) {
            again.timeline(2);
            answerUntil(10);
            awaitNoted(archive, 2);
        }
    }

    private void answerUntil(int count) {
        Await.until(count + " sent", () -> {
            Runnable one = waiting.poll();
            if (one != null) {
                one.run();
            }
            return sent.size() == count && waiting.isEmpty();
        });
    }

    private static void awaitNoted(SettledArchive archive, long timeline) {
        Await.until("timeline noted", () -> {
            try {
                return archive.timeline().orElse(-1) == timeline;
            } catch (IOException e) {
                return false;
            }
        });
    }

    private Resettling resettling(SettledArchive archive) {
        return new Resettling(archive, UNDER_WAY, (key, _, answered) -> {
            waiting.add(answered);
            sent.add(key);
        });
    }

    private SettledArchive filled(int count) throws IOException {
        SettledArchive archive = archive();
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            all.put("k" + i, "{}");
        }
        archive.add(all);
        return archive;
    }

    private SettledArchive archive() throws IOException {
        return new SettledArchive(directory, Duration.ofHours(24), 1 << 20, InstantSource.system());
    }
}
