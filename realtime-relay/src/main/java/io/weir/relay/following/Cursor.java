package io.weir.relay.following;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.problem.ProblemException;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Resume;

/** Where a reader of a topic is, in the form that it gives back: {@code stream:offset}, or {@code @time} before any event. */
final class Cursor {
    private static final char TIME = '@';

    private Cursor() {}

    static String of(Broadcast.Position position) {
        return position.stream() + ":" + position.offset();
    }

    static String at(long millis) {
        return TIME + Long.toString(millis);
    }

    /** Reads it; fails with a {@link ProblemException}. */
    static Resume parse(String text) {
        try {
            if (text.isEmpty()) {
                return Resume.NOTHING;
            }
            if (text.charAt(0) == TIME) {
                return new Resume.Since(Long.parseLong(text.substring(1)), Integer.MAX_VALUE);
            }
            int colon = text.indexOf(':');
            long offset = Long.parseLong(text.substring(colon + 1));
            if (colon > 0 && offset >= 0) {
                return new Resume.After(StreamId.parse(text.substring(0, colon)), offset);
            }
            throw new ProblemException(ProblemType.MALFORMED, "after is no cursor of a topic");
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.MALFORMED, "after is no cursor of a topic");
        }
    }
}
