package io.weir.streams.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.streams.life.ReaderCursor.Step;
import org.junit.jupiter.api.Test;

class ReaderCursorTest {
    private final ReaderCursor cursor = new ReaderCursor();

    @Test
    void takesWhatFollowsAndSkipsWhatItKnows() {
        assertThat(cursor.offer(StreamLogTest.text(1, "abc"))).isEqualTo(new Step.Taken());
        assertThat(cursor.offer(StreamLogTest.text(2, "b"))).isEqualTo(new Step.Skipped());
        assertThat(cursor.offer(StreamLogTest.text(3, "cd"))).isEqualTo(new Step.Taken());
        assertThat(cursor.offer(StreamLogTest.event(5))).isEqualTo(new Step.Taken());
        assertThat(cursor.text()).isEqualTo("abcd");
        assertThat(cursor.last()).isEqualTo(5);
    }

    @Test
    void resumesAtAGap() {
        cursor.offer(StreamLogTest.text(1, "a"));
        assertThat(cursor.offer(StreamLogTest.text(3, "c"))).isEqualTo(new Step.Gap(1));
        assertThat(cursor.offer(StreamLogTest.terminal(4))).isEqualTo(new Step.Gap(1));
        assertThat(cursor.text()).isEqualTo("a");
    }

    @Test
    void letsASnapshotReplaceTheText() {
        cursor.offer(StreamLogTest.text(1, "a"));
        assertThat(cursor.snapshot(StreamLogTest.text(1, "abc"))).isEqualTo(new Step.Taken());
        assertThat(cursor.snapshot(StreamLogTest.text(1, "ab")))
                .as("an old one")
                .isEqualTo(new Step.Skipped());
        assertThat(cursor.text()).isEqualTo("abc");
    }

    @Test
    void startsOverWhereItHasShownTooMuch() {
        cursor.offer(StreamLogTest.text(1, "abcdef"));
        cursor.truncated(2);
        cursor.snapshot(StreamLogTest.text(1, "ab"));
        cursor.offer(StreamLogTest.terminal(3));
        assertThat(cursor.text()).isEqualTo("ab");
        assertThat(cursor.terminal()).isPresent();
    }

    @Test
    void endsOnce() {
        cursor.offer(StreamLogTest.terminal(1));
        assertThat(cursor.offer(StreamLogTest.text(2, "b"))).isEqualTo(new Step.Skipped());
        assertThat(cursor.snapshot(StreamLogTest.text(1, "abc"))).isEqualTo(new Step.Skipped());
        cursor.truncated(0);
        assertThat(cursor.last()).isEqualTo(1);
    }
}
