package io.weir.relay.log;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that grow at the end and are freed from the beginning, in chunks of a pool. A position is the number of bytes written
 * before it, whatever has been freed since. Single-threaded, the only owner of its chunks.
 */
final class Chunks {
    private static final int MORE = 0x80;

    private final ChunkPool pool;
    private final List<Piece> pieces = new ArrayList<>();
    private long end;
    private long bytes;

    Chunks(ChunkPool pool) {
        this.pool = pool;
    }

    private record Piece(long from, ByteBuf memory) {
        long to() {
            return from + memory.writerIndex();
        }
    }

    /** Where the next byte is written. */
    long end() {
        return end;
    }

    /** Bytes of the chunks. */
    long bytes() {
        return bytes;
    }

    /** Copies the readable bytes of {@code source}, whose indexes stay as they are. */
    void write(ByteBuf source) {
        int from = source.readerIndex();
        int left = source.readableBytes();
        while (left > 0) {
            ByteBuf chunk = room(left);
            int length = Math.min(left, chunk.writableBytes());
            chunk.writeBytes(source, from, length);
            from += length;
            left -= length;
            end += length;
        }
    }

    /** Writes a number {@code ≥ 0}, 7 bits a byte, lowest first. */
    void number(int number) {
        int rest = number;
        while (rest >= MORE) {
            room(1).writeByte((rest & 0x7f) | MORE);
            end++;
            rest >>>= 7;
        }
        room(1).writeByte(rest);
        end++;
    }

    /** Gives the chunks back that end before {@code position}; nothing before it is read again. */
    void freeBefore(long position) {
        int count = 0;
        while (count < pieces.size() && pieces.get(count).to() <= position) {
            free(pieces.get(count));
            count++;
        }
        pieces.subList(0, count).clear();
    }

    /** Gives all chunks back. */
    void free() {
        pieces.forEach(this::free);
        pieces.clear();
    }

    private void free(Piece piece) {
        bytes -= piece.memory().capacity();
        pool.give(piece.memory());
    }

    private ByteBuf room(int wanted) {
        if (!pieces.isEmpty() && pieces.getLast().memory().isWritable()) {
            return pieces.getLast().memory();
        }
        // Short streams take little, long ones few chunks.
        long size = Math.max(bytes, Integer.highestOneBit(Math.max(1, wanted - 1)) * 2L);
        int capacity = Integer.highestOneBit(Math.clamp(size, ChunkPool.SMALLEST, ChunkPool.LARGEST));
        ByteBuf chunk = pool.take(capacity);
        pieces.add(new Piece(end, chunk));
        bytes += capacity;
        return chunk;
    }

    /** Reads from a position that has not been freed. */
    Cursor at(long position) {
        return new Cursor(position);
    }

    /** A place to read from; not to be kept across a change. */
    final class Cursor {
        private int index;
        private int offset;

        private Cursor(long position) {
            index = find(position);
            offset = index < pieces.size()
                    ? Math.toIntExact(position - pieces.get(index).from())
                    : 0;
        }

        /** The next number. */
        int number() {
            int number = 0;
            int shift = 0;
            int next = next();
            while (next >= MORE) {
                number |= (next & 0x7f) << shift;
                shift += 7;
                next = next();
            }
            return number | (next << shift);
        }

        private int next() {
            settle();
            return pieces.get(index).memory().getUnsignedByte(offset++);
        }

        /** Copies the next bytes. */
        void copy(int length, ByteBuf target) {
            int left = length;
            while (left > 0) {
                settle();
                ByteBuf chunk = pieces.get(index).memory();
                int piece = Math.min(left, chunk.writerIndex() - offset);
                target.writeBytes(chunk, offset, piece);
                offset += piece;
                left -= piece;
            }
        }

        /** Passes over the next bytes. */
        void skip(int length) {
            int left = length;
            while (left > 0) {
                settle();
                int piece = Math.min(left, pieces.get(index).memory().writerIndex() - offset);
                offset += piece;
                left -= piece;
            }
        }

        /** On to the next chunk, at the end of one. */
        private void settle() {
            if (offset == pieces.get(index).memory().writerIndex()) {
                index++;
                offset = 0;
            }
        }
    }

    private int find(long position) {
        int low = 0;
        int high = pieces.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pieces.get(middle).to() <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
