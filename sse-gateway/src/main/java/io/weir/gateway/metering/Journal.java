package io.weir.gateway.metering;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Settles that metering has not acknowledged, on disk. One writer thread; what waits for it is written and forced
 * together. A line is {@code crc32 <space> + key <space> payload} for a settle and {@code crc32 <space> - key} for its
 * acknowledgement; a torn last line is recognised by its checksum and dropped. Once the file has grown past its bound it
 * is rewritten with the unsettled ones only; what was acknowledged goes to the {@link SettledArchive}.
 */
final class Journal implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Journal.class);
    private static final String FILE = "settles";
    private static final long REWRITE_BYTES = 4L << 20;
    private static final long CLOSE_NANOS = 5_000_000_000L;
    private static final long LOOK_NANOS = 5_000_000;

    private final Path file;
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final Map<String, String> open = new LinkedHashMap<>();
    private final SettledArchive archive;
    private final Thread writer;
    private FileChannel channel;
    private long writtenBytes;
    private boolean failed; // a write has: what is noted as open may not be on disk
    private boolean torn; // the last write has failed

    /**
     * What is kept of settles that were acknowledged.
     *
     * @param keep how long
     * @param maxBytes of all of them
     * @param clock tells the hour
     */
    record Keeping(Duration keep, long maxBytes, InstantSource clock) {}

    private record Entry(String key, @Nullable String payload, Consumer<Boolean> durable, boolean last) {}

    private Journal(Path directory, Keeping keeping) throws IOException {
        Files.createDirectories(directory);
        this.archive = new SettledArchive(directory, keeping.keep(), keeping.maxBytes(), keeping.clock());
        this.file = directory.resolve(FILE);
        read();
        this.channel = rewrite();
        this.writer = Thread.ofPlatform().name("weir-journal").daemon(true).unstarted(this::run);
    }

    /**
     * Opens the journal of a directory, dropping what has been acknowledged.
     *
     * @throws UncheckedIOException if it cannot be read or written, or another process has it
     */
    static Journal open(Path directory, Keeping keeping) {
        try {
            var journal = new Journal(directory, keeping);
            journal.writer.start();
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException("usage journal " + directory, e);
        }
    }

    /** What metering has acknowledged, of late. */
    SettledArchive archive() {
        return archive;
    }

    /** What was unsettled when the journal was opened, oldest first: key to payload. */
    Map<String, String> unsettled() {
        synchronized (open) {
            return new LinkedHashMap<>(open);
        }
    }

    /**
     * Writes a settle; once, if it is put again unchanged.
     *
     * @param payload one line
     * @param durable told on the writer's thread: true once it is on disk, false if it could not be written
     */
    void put(String key, String payload, Consumer<Boolean> durable) {
        queue.add(new Entry(key, payload, durable, false));
    }

    /** Notes that metering has a settle. If this note is lost, the settle is merely repeated. */
    void acknowledged(String key) {
        queue.add(new Entry(key, null, _ -> {}, false));
    }

    /** Entries that wait for the writer. Any thread. */
    int waiting() {
        return queue.size();
    }

    /** Writes what waits, and ends. */
    @Override
    public void close() {
        queue.add(new Entry("", null, _ -> {}, true));
        long until = System.nanoTime() + CLOSE_NANOS;
        while (writer.isAlive() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void run() {
        List<Entry> batch = new ArrayList<>();
        boolean last = false;
        while (!last) {
            batch.clear();
            try {
                batch.add(queue.take());
            } catch (InterruptedException e) {
                return;
            }
            queue.drainTo(batch);
            last = batch.stream().anyMatch(Entry::last);
            boolean written = write(batch);
            batch.forEach(entry -> entry.durable().accept(written));
        }
        closeQuietly();
    }

    private boolean write(List<Entry> batch) {
        // A write that failed may have left half a line: it must not swallow the next one.
        var lines = new StringBuilder(torn ? "\n" : "");
        boolean force = false;
        Map<String, String> settled = new LinkedHashMap<>();
        synchronized (open) {
            for (Entry entry : batch) {
                if (entry.last()) {
                    continue;
                }
                String payload = entry.payload();
                if (payload == null) {
                    String known = open.remove(entry.key());
                    if (known != null) {
                        settled.put(entry.key(), known);
                    }
                    lines.append(line("- " + entry.key()));
                } else {
                    String before = open.put(entry.key(), payload);
                    if (failed || !payload.equals(before)) {
                        lines.append(line("+ " + entry.key() + " " + payload));
                        force = true;
                    }
                }
            }
        }
        try {
            archive.add(settled);
            byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
            append(channel, bytes);
            torn = false;
            writtenBytes += bytes.length;
            if (force) {
                channel.force(false);
            }
            if (writtenBytes > REWRITE_BYTES) {
                FileChannel old = channel;
                channel = rewrite();
                old.close();
            }
            return true;
        } catch (IOException e) {
            failed = true;
            torn = true;
            LOG.errorf(e, "usage journal not written");
            return false;
        }
    }

    private void read() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        for (String line : Files.readString(file).lines().toList()) {
            String body = body(line);
            if (body == null) {
                LOG.warnf("usage journal has a torn line; dropped");
            } else {
                note(body);
            }
        }
    }

    private void note(String body) {
        String rest = body.substring(2);
        if (body.startsWith("+ ")) {
            int space = rest.indexOf(' ');
            open.put(rest.substring(0, space), rest.substring(space + 1));
        } else {
            open.remove(rest);
        }
    }

    /** A new file with the unsettled ones, moved over the old one. */
    private FileChannel rewrite() throws IOException {
        Path fresh = file.resolveSibling(FILE + ".new");
        var lines = new StringBuilder();
        synchronized (open) {
            open.forEach((key, payload) -> lines.append(line("+ " + key + " " + payload)));
        }
        FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        append(out, bytes);
        out.force(true);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        writtenBytes = 0;
        return out;
    }

    private void closeQuietly() {
        try {
            channel.force(false);
            channel.close();
        } catch (IOException e) {
            LOG.errorf(e, "usage journal not closed");
        }
    }

    private static void append(FileChannel out, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    /** A line with its checksum. */
    static String line(String body) {
        return checksum(body) + " " + body + "\n";
    }

    /** What a line says; null if it is torn. */
    static @Nullable String body(String line) {
        int space = line.indexOf(' ');
        boolean sound = space >= 0 && line.substring(0, space).equals(checksum(line.substring(space + 1)));
        return sound ? line.substring(space + 1) : null;
    }

    private static String checksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
