package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;

/**
 * A contiguous piece of one stream, offsets {@code first} to {@code last}. Immutable: nobody writes to its buffers or moves their
 * reader index (use {@code slice()} or absolute reads), on memory that the garbage collector owns, so nobody
 * releases them. May be shared between threads.
 */
public sealed interface Run permits Deltas, Run.Event, Run.Terminal {
    /** First offset, from 1. */
    long first();

    /** Last offset, {@code ≥ first}. */
    long last();

    /** Milliseconds from the stream's start to this run's first event. */
    long atMillis();

    /** Bytes that keeping this run costs, roughly. */
    int weight();

    /**
     * One event that is no delta, verbatim but for {@code sequence_number} and ids.
     *
     * @param offset its offset
     * @param type the event's {@code type}; one that {@link EventTypes#isName} takes
     * @param json the whole event, UTF-8, one line
     * @param atMillis milliseconds since the stream's start
     */
    record Event(long offset, String type, ByteBuf json, long atMillis) implements Run {
        public Event {
            if (offset < 1 || !EventTypes.isName(type)) {
                throw new IllegalArgumentException("no event: offset=" + offset);
            }
        }

        @Override
        public long first() {
            return offset;
        }

        @Override
        public long last() {
            return offset;
        }

        @Override
        public int weight() {
            return json.readableBytes() + 96;
        }
    }

    /**
     * The one event that ends the stream.
     *
     * @param offset its offset, the log's last
     * @param reason how the stream ended
     * @param totals final totals: the settle record
     * @param usageSource where they come from
     * @param json the canonical terminal event, UTF-8, one line
     * @param atMillis milliseconds since the stream's start
     */
    record Terminal(long offset, EndReason reason, Totals totals, UsageSource usageSource, ByteBuf json, long atMillis)
            implements Run {
        public Terminal {
            if (offset < 1) {
                throw new IllegalArgumentException("offset=" + offset);
            }
        }

        @Override
        public long first() {
            return offset;
        }

        @Override
        public long last() {
            return offset;
        }

        @Override
        public int weight() {
            return json.readableBytes() + 160;
        }
    }
}
