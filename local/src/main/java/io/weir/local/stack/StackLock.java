package io.weir.local.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One stack at a time on a data folder, by a lock that the system frees if its process dies. */
final class StackLock {
    private final FileChannel channel;
    private final FileLock lock;

    private StackLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the data folder.
     *
     * @throws StackException if another stack has it, naming its process
     */
    static StackLock take(Layout layout) throws IOException, StackException {
        FileChannel channel =
                FileChannel.open(layout.data().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lockOf(channel);
        if (lock == null) {
            channel.close();
            throw new StackException("Another ./weir up runs on " + layout.data() + ". Stop it first"
                    + StackFile.read(layout)
                            .map(other -> " (pid " + other.launcher() + ").")
                            .orElse("."));
        }
        return new StackLock(channel, lock);
    }

    private static @Nullable FileLock lockOf(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // another stack of this very process
        }
    }

    void release() throws IOException {
        lock.release();
        channel.close();
    }
}
