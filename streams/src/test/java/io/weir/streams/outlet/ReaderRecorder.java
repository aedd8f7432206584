package io.weir.streams.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.weir.streams.render.Dialect;
import io.weir.streams.render.Framing;
import io.weir.streams.render.Renderer;
import io.weir.streams.run.Samples;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A reader of the token dialect that takes everything at once, or only when told. */
final class ReaderRecorder implements Sink {
    private final List<String> writes = new ArrayList<>();
    private final List<Outlet.Cause> closed = new ArrayList<>();
    private final ArrayDeque<Completion> held = new ArrayDeque<>();
    private Dialect dialect = Dialect.TOKEN;
    private final List<Runnable> turn = new ArrayList<>();
    private boolean holding;
    private boolean inTurn;
    private int sinkCloses;

    Outlet outlet(long cursor) {
        return outlet(cursor, Outlet.Limits.DEFAULT);
    }

    Outlet outlet(long cursor, Outlet.Limits limits) {
        var renderer = Renderer.of(dialect, Framing.SSE, Samples.STREAM, Samples.MODEL);
        return new Outlet(renderer, this, cursor, limits, closed::add);
    }

    void responses() {
        dialect = Dialect.RESPONSES;
    }

    /** Work waits for {@link #endTurn} from now on. */
    void beginTurn() {
        inTurn = true;
    }

    void endTurn() {
        inTurn = false;
        List.copyOf(turn).forEach(Runnable::run);
        turn.clear();
    }

    void hold() {
        holding = true;
    }

    void release() {
        Objects.requireNonNull(held.poll()).written(true);
    }

    void releaseAll() {
        while (!held.isEmpty()) {
            release();
        }
    }

    void fail() {
        Objects.requireNonNull(held.poll()).written(false);
    }

    void completeTwice() {
        Completion completion = Objects.requireNonNull(held.poll());
        completion.written(true);
        completion.written(true);
        completion.written(false);
    }

    List<String> writes() {
        return List.copyOf(writes);
    }

    String all() {
        return String.join("", writes);
    }

    int sinkCloses() {
        return sinkCloses;
    }

    String text() {
        var text = new StringBuilder();
        all().lines().filter(line -> line.startsWith("data: {")).forEach(line -> text.append(token(line.substring(6))));
        return text.toString();
    }

    void assertText(String expected) {
        assertThat(text()).isEqualTo(expected);
    }

    void assertDone() {
        assertThat(all()).endsWith("data: [DONE]\n\n");
    }

    void assertClosed(Outlet.Cause cause) {
        assertThat(closed).containsExactly(cause);
        assertThat(sinkCloses).isEqualTo(cause == Outlet.Cause.ENDED ? 1 : 0);
    }

    @Override
    public void write(ByteBuf bytes, Completion completion) {
        assertThat(held).as("writes in flight").isEmpty();
        assertThat(sinkCloses).isZero();
        writes.add(Samples.utf8(bytes));
        if (holding) {
            held.add(completion);
        } else {
            completion.written(true);
        }
    }

    @Override
    public void soon(Runnable work) {
        if (inTurn) {
            turn.add(work);
        } else {
            work.run();
        }
    }

    @Override
    public void close() {
        assertThat(held).isEmpty();
        sinkCloses++;
    }

    private static String token(String json) {
        try {
            return new ObjectMapper().readTree(json).path("token").asText("");
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
