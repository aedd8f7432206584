package io.weir.gateway.counting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.ToIntFunction;

/**
 * The output tokens of one stream, counted in batches. Escaped slices are collected on the stream's loop; a worker joins,
 * unescapes and counts them, one batch at a time. A batch is cut before its last word, which waits for the next one:
 * tokens do not reach across a space before a word, so the sum is what counting the whole text would give.
 */
public final class RunningCount {
    private static final JsonFactory JSON = new JsonFactory();
    /** A text without any space is cut anyway beyond this. */
    private static final int MAX_TAIL_CHARS = 4096;

    private final Context context;
    private final WorkerExecutor workers;
    private final ToIntFunction<String> tokens;
    private final LongConsumer counted;
    private List<ByteBuf> pending = new ArrayList<>();
    private final List<Runnable> drained = new ArrayList<>();
    private boolean underWay;
    private long certain;
    private long reported;
    private String tail = "";

    RunningCount(Context context, WorkerExecutor workers, ToIntFunction<String> tokens, LongConsumer counted) {
        this.context = context;
        this.workers = workers;
        this.tokens = tokens;
        this.counted = counted;
    }

    private record Batch(long certain, String tail, long total) {}

    /** Adds escaped JSON text. */
    public void add(ByteBuf escaped) {
        pending.add(escaped);
    }

    /** Starts a batch if there is anything to count and none is under way. */
    public void poll() {
        if (underWay || pending.isEmpty()) {
            return;
        }
        underWay = true;
        List<ByteBuf> batch = pending;
        pending = new ArrayList<>();
        long before = certain;
        String head = tail;
        workers.<Batch>executeBlocking(() -> count(before, head, batch), false)
                .onComplete(done -> context.runOnContext(_ -> {
                    underWay = false;
                    if (done.succeeded()) {
                        certain = done.result().certain();
                        tail = done.result().tail();
                        report(done.result().total());
                    }
                    after();
                }));
    }

    /** Runs {@code done} once everything added so far has been counted and reported. */
    public void drain(Runnable done) {
        if (!underWay && pending.isEmpty()) {
            done.run();
            return;
        }
        drained.add(done);
        poll();
    }

    private void after() {
        if (!drained.isEmpty() && !pending.isEmpty()) {
            poll();
            return;
        }
        List<Runnable> ready = List.copyOf(drained);
        drained.clear();
        ready.forEach(Runnable::run);
    }

    private void report(long total) {
        if (total > reported) {
            reported = total;
            counted.accept(total);
        }
    }

    private Batch count(long before, String head, List<ByteBuf> batch) {
        String text = head + unescaped(batch);
        int cut = cut(text);
        long sure = before + (cut == 0 ? 0 : tokens.applyAsInt(text.substring(0, cut)));
        String rest = text.substring(cut);
        return new Batch(sure, rest, sure + (rest.isEmpty() ? 0 : tokens.applyAsInt(rest)));
    }

    /** Start of the last word with its space; 0 if there is none, all if there has been none for long. */
    private static int cut(String text) {
        for (int i = text.length() - 1; i > 0; i--) {
            if (text.charAt(i) == ' ' && !Character.isWhitespace(text.charAt(i - 1))) {
                return i;
            }
        }
        return text.length() > MAX_TAIL_CHARS ? text.length() : 0;
    }

    /** The text of escaped slices; text that is no sound JSON string content counts as it stands. */
    private static String unescaped(List<ByteBuf> batch) {
        int length = batch.stream().mapToInt(ByteBuf::readableBytes).sum();
        byte[] quoted = new byte[length + 2];
        int at = 1;
        for (ByteBuf slice : batch) {
            int bytes = slice.readableBytes();
            slice.getBytes(slice.readerIndex(), quoted, at, bytes);
            at += bytes;
        }
        quoted[0] = '"';
        quoted[length + 1] = '"';
        try (JsonParser parser = JSON.createParser(quoted)) {
            String text = parser.nextTextValue();
            return text == null ? "" : text;
        } catch (IOException e) {
            return new String(quoted, 1, length, java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
