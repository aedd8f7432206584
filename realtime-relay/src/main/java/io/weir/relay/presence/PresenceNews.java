package io.weir.relay.presence;

import io.weir.relay.forms.Forms;

/** What is told to somebody who wants to know who is present. */
public sealed interface PresenceNews {
    /**
     * Everybody who is present; replaces what was told before.
     *
     * @param json the payload of {@code presence_state}
     */
    record State(String json) implements PresenceNews {
        /** Nobody, or more than are told by name. */
        static final State EMPTY = new State("{}");
    }

    /**
     * Who has come and gone since the last time.
     *
     * @param json the payload of {@code presence_diff}
     * @param forms its encoded forms, shared by all who are told
     */
    record Diff(String json, Forms forms) implements PresenceNews {}

    /**
     * How many are present, where they are more than are told by name.
     *
     * @param members how many
     */
    record Count(int members) implements PresenceNews {}
}
