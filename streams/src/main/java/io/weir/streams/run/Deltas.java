package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive deltas of one type at one place of the response. The text is the concatenation of the deltas' escaped JSON
 * string contents (no quotes): nothing between the agent's frame and the reader's unescapes it. Cuts fall only between
 * deltas, so never inside a code point or an escape.
 */
public final class Deltas implements Run {
    private final long first;
    private final String type;
    private final Place place;
    private final ByteBuf text;
    private final int count;
    private final int @Nullable [] ends; // absent where nobody knows the cuts: all text belongs to the last delta
    private final long atMillis;
    private final long outputTokens;

    /**
     * Where in the response the text belongs.
     *
     * @param itemId id of the output item
     * @param outputIndex index of the item
     * @param partIndex {@code content_index} or {@code summary_index}; −1 for delta types that have neither
     */
    public record Place(String itemId, int outputIndex, int partIndex) {}

    private Deltas(
            long first,
            String type,
            Place place,
            ByteBuf text,
            int count,
            int @Nullable [] ends,
            long atMillis,
            long outputTokens) {
        if (first < 1 || count < 1 || !EventTypes.isDelta(type)) {
            throw new IllegalArgumentException("no deltas: first=" + first + " count=" + count);
        }
        this.first = first;
        this.type = type;
        this.place = place;
        this.text = text;
        this.count = count;
        this.ends = ends;
        this.atMillis = atMillis;
        this.outputTokens = outputTokens;
    }

    /**
     * A run of several deltas.
     *
     * @param ends end of each delta in {@code text}, in bytes, ascending; the last one is the text's length
     * @throws IllegalArgumentException if the ends do not fit the text
     */
    public static Deltas of(
            long first, String type, Place place, ByteBuf text, int[] ends, long atMillis, long outputTokens) {
        if (ends.length == 0 || ends[ends.length - 1] != text.readableBytes()) {
            throw new IllegalArgumentException("ends do not fit the text");
        }
        for (int i = 1; i < ends.length; i++) {
            if (ends[i] < ends[i - 1]) {
                throw new IllegalArgumentException("ends must ascend");
            }
        }
        return new Deltas(first, type, place, text, ends.length, ends.clone(), atMillis, outputTokens);
    }

    /** A run of one delta. */
    public static Deltas one(long offset, String type, Place place, ByteBuf text, long atMillis, long outputTokens) {
        return new Deltas(offset, type, place, text, 1, null, atMillis, outputTokens);
    }

    /**
     * Deltas {@code first} to {@code last} whose cuts nobody knows any more: all but the last are empty. Must not be cut.
     */
    public static Deltas whole(
            long first, long last, String type, Place place, ByteBuf text, long atMillis, long outputTokens) {
        int count = Math.toIntExact(last - first + 1);
        return new Deltas(first, type, place, text, count, null, atMillis, outputTokens);
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long last() {
        return first + count - 1;
    }

    /** Number of deltas. */
    public int count() {
        return count;
    }

    /** The event type, such as {@code response.output_text.delta}. */
    public String type() {
        return type;
    }

    /** True if this is what the person reads: answer text, or a refusal in its place. */
    public boolean isText() {
        return EventTypes.isText(type);
    }

    /** Where the text belongs. */
    public Place place() {
        return place;
    }

    /** All deltas' escaped text, concatenated. */
    public ByteBuf text() {
        return text;
    }

    /** End of the {@code index}-th delta in {@link #text()}, in bytes. */
    public int end(int index) {
        if (ends != null) {
            return ends[index];
        }
        return index == count - 1 ? text.readableBytes() : 0;
    }

    @Override
    public long atMillis() {
        return atMillis;
    }

    /** Output tokens of the whole stream, as counted up to and with this run's last delta. */
    public long outputTokens() {
        return outputTokens;
    }

    @Override
    public int weight() {
        return text.readableBytes() + (ends == null ? 0 : 4 * count) + 96;
    }

    /** The part of this run beyond {@code offset}; {@code first ≤ offset < last}. */
    public Deltas after(long offset) {
        int skipped = Math.toIntExact(offset - first + 1);
        if (skipped <= 0 || skipped >= count) {
            throw new IllegalArgumentException("offset outside the run");
        }
        int cut = end(skipped - 1);
        int[] rest = new int[count - skipped];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = end(i + skipped) - cut;
        }
        ByteBuf tail = text.slice(text.readerIndex() + cut, text.readableBytes() - cut);
        return new Deltas(offset + 1, type, place, tail, rest.length, rest, atMillis, outputTokens);
    }

    /** True if {@code next} continues this run: contiguous, same type and place. False for null. */
    public boolean continuedBy(@Nullable Run next) {
        return next instanceof Deltas deltas
                && deltas.first == last() + 1
                && deltas.type.equals(type)
                && deltas.place.equals(place);
    }

    /** This run and the one that continues it, as one. */
    public Deltas merge(Deltas next) {
        return join(List.of(this, next));
    }

    /**
     * Runs that continue each other, as one. The text is copied once.
     *
     * @throws IllegalArgumentException if there is none, or one does not continue the one before
     */
    public static Deltas join(List<Deltas> runs) {
        Deltas head = runs.getFirst();
        if (runs.size() == 1) {
            return head;
        }
        int count = 0;
        int length = 0;
        Deltas before = null;
        for (Deltas run : runs) {
            if (before != null && !before.continuedBy(run)) {
                throw new IllegalArgumentException("run does not continue the one before");
            }
            before = run;
            count = Math.addExact(count, run.count);
            length = Math.addExact(length, run.text.readableBytes());
        }
        int[] all = new int[count];
        ByteBuf joined = Unpooled.buffer(length, length);
        int next = 0;
        for (Deltas run : runs) {
            int base = joined.readableBytes();
            for (int i = 0; i < run.count; i++) {
                all[next++] = base + run.end(i);
            }
            joined.writeBytes(run.text, run.text.readerIndex(), run.text.readableBytes());
        }
        return new Deltas(
                head.first, head.type, head.place, joined, count, all, head.atMillis, runs.getLast().outputTokens);
    }

    /** A copy on memory of its own, so that a slice of a few bytes does not keep a network buffer alive. */
    public Deltas compact() {
        ByteBuf copy = Unpooled.buffer(text.readableBytes(), text.readableBytes());
        copy.writeBytes(text, text.readerIndex(), text.readableBytes());
        return new Deltas(first, type, place, copy, count, ends, atMillis, outputTokens);
    }

    @Override
    public String toString() {
        return "Deltas[" + first + ".." + last() + " " + type + " " + text.toString(StandardCharsets.UTF_8) + "]";
    }
}
