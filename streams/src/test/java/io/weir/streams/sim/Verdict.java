package io.weir.streams.sim;

import io.weir.contracts.stream.EndReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one run came to.
 *
 * @param events steps taken
 * @param endings how the logs ended
 * @param notes how often something rare but right happened
 * @param violations what must not be; empty if all is well
 */
record Verdict(long events, Map<EndReason, Integer> endings, Map<Note, Integer> notes, List<String> violations) {
    /** Rare, allowed, and worth knowing that it was tried. */
    enum Note {
        /** The hold was released, nobody having claimed it. */
        RELEASED,
        /** The hold is settled, but its log never came into being. */
        NO_LOG,
        /** Settled by fence or sweep. */
        LOST_BY_OWNER,
        /** The one late correction was taken. */
        LATE_CORRECTION,
        /** The relay wrote the terminal. */
        ENDED_BY_FENCE,
        /** A reader had shown more than the log holds and was corrected. */
        TRUNCATED,
        /** The direct reader saw the end on the direct path, but the log was closed before the tail came. */
        TAIL_LOST,
        /** The gateway's own ending is in the log, metering had swept the hold before the settle came. */
        SWEPT_AFTER_TERMINAL,
        /** A gateway did not wait for its slow disk any longer, died, and its successor settled without the ending. */
        DIED_WITH_A_SLOW_DISK,
        /** Part of the price was receivable. */
        RECEIVABLE,
        /** A stop was stored before the claim. */
        CANCELLED_BEFORE_CLAIM,
        /** The whole answer was read on the direct path. */
        READ_DIRECTLY
    }

    Verdict {
        endings = Map.copyOf(endings);
        notes = Map.copyOf(notes);
        violations = List.copyOf(violations);
    }

    static Map<EndReason, Integer> noEndings() {
        return new EnumMap<>(EndReason.class);
    }

    static Map<Note, Integer> noNotes() {
        return new EnumMap<>(Note.class);
    }
}
