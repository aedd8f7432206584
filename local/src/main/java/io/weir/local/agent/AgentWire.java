package io.weir.local.agent;

/** One dialect of an answer on the wire; every method gives the bytes of whole events as text. */
interface AgentWire {
    /** What is sent at once, before the agent runs. */
    String begin();

    /** One piece of text. */
    String delta(String text);

    /** Usage before the end; empty where the dialect knows none. */
    default String usageSoFar(AgentUsage usage) {
        return "";
    }

    /** The end of an answer. {@code cut}: it stopped at the caller's token limit. */
    String end(String text, AgentUsage usage, boolean cut);

    /** The end of an answer that failed. */
    String fail(String text, AgentUsage usage);

    /** The answer to a caller who did not ask for events. */
    String whole(String text, AgentUsage usage, boolean cut);
}
