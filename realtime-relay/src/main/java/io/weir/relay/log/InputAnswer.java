package io.weir.relay.log;

/** What became of an input. */
public sealed interface InputAnswer {
    /** The stream is not open. */
    String NOT_OPEN = "stream_not_open";
    /** Nobody has answered in time, or nobody is there who could. */
    String NO_ANSWER = "no_answer";
    /** Too many inputs of the stream wait for their answers. */
    String TOO_MANY = "too_many_inputs";

    /** The agent has it. */
    record Taken() implements InputAnswer {}

    /**
     * The agent has not got it.
     *
     * @param why a word for clients
     */
    record Refused(String why) implements InputAnswer {}
}
