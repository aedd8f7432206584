package io.weir.gateway.metering;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Settles that metering has acknowledged, kept on disk for a day: a database that fails over may lose its last commits, and
 * then they are sent again. One file an hour, never held in memory; beyond its size the oldest file goes first. Also the
 * database's timeline up to which all of them have been sent again. {@link #add} and {@link #expire} belong to the
 * journal's writer; reading may happen beside them on another thread.
 */
final class SettledArchive {
    private static final Logger LOG = Logger.getLogger(SettledArchive.class);
    private static final String PREFIX = "settled-";
    private static final String TIMELINE = "timeline";
    private static final long HOUR_SECONDS = 3600;

    private final Path directory;
    private final Duration keep;
    private final long maxBytes;
    private final InstantSource clock;
    private final TreeMap<Long, Long> bytesByHour = new TreeMap<>(); // guarded by itself

    /** Gets what was settled. */
    @FunctionalInterface
    interface Visitor {
        /** One settle, oldest file first. */
        void settled(String key, String payload) throws InterruptedException;
    }

    /**
     * The archive of a directory.
     *
     * @param keep how long a settle is kept, at least; up to an hour more
     * @param maxBytes of all files; beyond it the oldest goes earlier
     */
    SettledArchive(Path directory, Duration keep, long maxBytes, InstantSource clock) throws IOException {
        this.directory = directory;
        this.keep = keep;
        this.maxBytes = maxBytes;
        this.clock = clock;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(PREFIX)) {
                    bytesByHour.put(Long.parseLong(name.substring(PREFIX.length())), Files.size(file));
                }
            }
        }
        expire();
    }

    /** Keeps these, by key. What a crash of the machine takes of them is in the journal still, as unsettled. */
    void add(Map<String, String> settled) throws IOException {
        if (settled.isEmpty()) {
            return;
        }
        var lines = new StringBuilder();
        settled.forEach((key, payload) -> lines.append(Journal.line(key + " " + payload)));
        long hour = clock.instant().getEpochSecond() / HOUR_SECONDS;
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        Files.write(file(hour), bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        boolean fresh;
        synchronized (bytesByHour) {
            fresh = bytesByHour.merge(hour, (long) bytes.length, Long::sum) == bytes.length;
        }
        if (fresh || size() > maxBytes) {
            expire();
        }
    }

    /** Shows all that is kept. Waits for the disk. */
    void forEach(Visitor visitor) throws IOException, InterruptedException {
        List<Long> hours;
        synchronized (bytesByHour) {
            hours = List.copyOf(bytesByHour.keySet());
        }
        for (long hour : hours) {
            try (BufferedReader lines = Files.newBufferedReader(file(hour))) {
                @Nullable String line = lines.readLine();
                while (line != null) {
                    show(line, visitor);
                    line = lines.readLine();
                }
            } catch (NoSuchFileException e) {
                LOG.debugf("archive file has expired hour=%d", hour);
            }
        }
    }

    private static void show(String line, Visitor visitor) throws InterruptedException {
        @Nullable String body = Journal.body(line);
        if (body == null) {
            LOG.warnf("archive of settles has a torn line; dropped");
            return;
        }
        int space = body.indexOf(' ');
        visitor.settled(body.substring(0, space), body.substring(space + 1));
    }

    /** The timeline up to which everything was sent again; empty before the first one. */
    OptionalLong timeline() throws IOException {
        Path file = directory.resolve(TIMELINE);
        return Files.exists(file)
                ? OptionalLong.of(Long.parseLong(Files.readString(file).strip()))
                : OptionalLong.empty();
    }

    /** Everything has been sent again on this timeline, or there was nothing to send. */
    void timeline(long timeline) throws IOException {
        Path fresh = directory.resolve(TIMELINE + ".new");
        Files.writeString(fresh, timeline + "\n");
        Files.move(
                fresh,
                directory.resolve(TIMELINE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void expire() throws IOException {
        long oldest = clock.instant().minus(keep).getEpochSecond() / HOUR_SECONDS;
        synchronized (bytesByHour) {
            while (!bytesByHour.isEmpty()
                    && (bytesByHour.firstKey() < oldest || (size() > maxBytes && bytesByHour.size() > 1))) {
                long hour = bytesByHour.firstKey();
                if (hour >= oldest) {
                    LOG.warnf("archive of settles is full; an hour was dropped early hour=%d", hour);
                }
                Files.deleteIfExists(file(hour));
                bytesByHour.remove(hour);
            }
        }
    }

    private long size() {
        synchronized (bytesByHour) {
            return bytesByHour.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private Path file(long hour) {
        return directory.resolve(PREFIX + hour);
    }
}
