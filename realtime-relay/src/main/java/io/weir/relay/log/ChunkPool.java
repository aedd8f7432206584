package io.weir.relay.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory for logs, in chunks of a power of two. A chunk has one owner, from {@link #take} to {@link #give}; none is
 * counted, shared or collected. Those given back are kept for the next taker within a bound, and freed beyond it. Safe for
 * any thread.
 */
final class ChunkPool {
    static final int SMALLEST = 4 * 1024;
    static final int LARGEST = 64 * 1024;

    private final long maxIdleBytes;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final List<ArrayDeque<ByteBuf>> idle = new ArrayList<>();
    private final AtomicLong taken = new AtomicLong();
    private long idleBytes;

    /**
     * An empty pool.
     *
     * @param maxIdleBytes what is kept for later at most
     */
    ChunkPool(long maxIdleBytes) {
        this.maxIdleBytes = maxIdleBytes;
        for (int size = SMALLEST; size <= LARGEST; size *= 2) {
            idle.add(new ArrayDeque<>());
        }
    }

    /** An empty chunk of {@code size} bytes, a power of two from {@link #SMALLEST} to {@link #LARGEST}. */
    ByteBuf take(int size) {
        ByteBuf chunk = reuse(size);
        if (chunk == null) {
            chunk = allocator.directBuffer(size, size);
        }
        taken.addAndGet(size);
        return chunk.clear();
    }

    /** Gives a chunk back that this pool has given; nobody reads it any more. */
    void give(ByteBuf chunk) {
        taken.addAndGet(-chunk.capacity());
        if (!keep(chunk)) {
            chunk.release();
        }
    }

    /** Frees what is kept for later. */
    void trim() {
        List<ByteBuf> all = new ArrayList<>();
        synchronized (this) {
            for (ArrayDeque<ByteBuf> chunks : idle) {
                all.addAll(chunks);
                chunks.clear();
            }
            idleBytes = 0;
        }
        all.forEach(ByteBuf::release);
    }

    /** Bytes that owners have. */
    long takenBytes() {
        return taken.get();
    }

    /** Bytes of direct memory, those kept for later included. */
    long directBytes() {
        return allocator.metric().usedDirectMemory();
    }

    private synchronized @Nullable ByteBuf reuse(int size) {
        ByteBuf chunk = idle.get(place(size)).poll();
        if (chunk != null) {
            idleBytes -= size;
        }
        return chunk;
    }

    private synchronized boolean keep(ByteBuf chunk) {
        if (idleBytes + chunk.capacity() > maxIdleBytes) {
            return false;
        }
        idleBytes += chunk.capacity();
        return idle.get(place(chunk.capacity())).offer(chunk);
    }

    private static int place(int size) {
        return Integer.numberOfTrailingZeros(size / SMALLEST);
    }
}
