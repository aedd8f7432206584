package io.weir.local.stack;

/** Hears how the stack comes and goes. Called from several threads, never while a lock of the stack is held. */
@FunctionalInterface
public interface StackListener {
    /** A part changed its state. */
    void changed(Part part, PartState state);
}
