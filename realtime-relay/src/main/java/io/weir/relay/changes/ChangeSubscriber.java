package io.weir.relay.changes;

import io.weir.relay.access.Viewer;
import java.util.function.Predicate;

/** Somebody who wants to be told of changes. Called on the loop of the changes; returns at once. */
public interface ChangeSubscriber {
    /** What it wants to be told. */
    ChangeRequest request();

    /** True if whoever it is, by its newest token, is one of {@code readers}. */
    boolean isOneOf(Predicate<Viewer> readers);

    /** A change that it may know of and wants to. */
    void changed(ChangeNews news);
}
