package io.weir.local.stack;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/** Where each part of a stack is, and who is told when that changes. Thread-safe. */
final class PartStates {
    private final Map<Part, PartState> states = new EnumMap<>(Part.class);
    private final StackListener listener;

    PartStates(Collection<Part> parts, StackListener listener) {
        this.listener = listener;
        parts.forEach(part -> states.put(part, PartState.WAITING));
    }

    PartState of(Part part) {
        synchronized (states) {
            return states.getOrDefault(part, PartState.WAITING);
        }
    }

    void change(Part part, PartState state) {
        synchronized (states) {
            states.put(part, state);
        }
        listener.changed(part, state);
    }
}
