package io.weir.contracts.event;

/** The event types that somebody acts on. Every other {@code response.*} type passes through verbatim. */
public final class EventTypes {
    /** First event of every stream. */
    public static final String CREATED = "response.created";
    /** Follows {@link #CREATED}. */
    public static final String IN_PROGRESS = "response.in_progress";
    /** An output item begins. */
    public static final String ITEM_ADDED = "response.output_item.added";
    /** An output item is complete. */
    public static final String ITEM_DONE = "response.output_item.done";
    /** A part of a message begins. */
    public static final String PART_ADDED = "response.content_part.added";
    /** A part of a message is complete. */
    public static final String PART_DONE = "response.content_part.done";
    /** Text of the answer. */
    public static final String TEXT_DELTA = "response.output_text.delta";
    /** The whole text of a part. */
    public static final String TEXT_DONE = "response.output_text.done";
    /** Text that says why the model will not answer. */
    public static final String REFUSAL_DELTA = "response.refusal.delta";
    /** Raw reasoning text. */
    public static final String REASONING_DELTA = "response.reasoning_text.delta";
    /** Summary of the reasoning. */
    public static final String REASONING_SUMMARY_DELTA = "response.reasoning_summary_text.delta";
    /** Arguments of a function call. */
    public static final String ARGUMENTS_DELTA = "response.function_call_arguments.delta";
    /** Terminal: the answer is complete. */
    public static final String COMPLETED = "response.completed";
    /** Terminal: the answer was cut short. */
    public static final String INCOMPLETE = "response.incomplete";
    /** Terminal: the answer failed. */
    public static final String FAILED = "response.failed";

    /** Running tokens, cost and credit left; to the payer only, without an offset. */
    public static final String WEIR_USAGE = "weir.usage";
    /** A reader missed events that cannot be shown again. */
    public static final String WEIR_GAP = "weir.gap";
    /** A reader has seen more than the log kept; without an offset. */
    public static final String WEIR_TRUNCATED = "weir.truncated";

    private static final String DELTA_SUFFIX = ".delta";
    private static final String WEIR_PREFIX = "weir.";

    private static final int MAX_NAME_LENGTH = 128;

    private EventTypes() {}

    /** True for what may stand as a type on a wire: 1 to 128 letters, digits, dots, underscores and hyphens. */
    public static boolean isName(String type) {
        for (int i = 0; i < type.length(); i++) {
            if (!isNameChar(type.charAt(i))) {
                return false;
            }
        }
        return !type.isEmpty() && type.length() <= MAX_NAME_LENGTH;
    }

    /** True for types that carry a piece of text in {@code delta}. */
    public static boolean isDelta(String type) {
        return type.endsWith(DELTA_SUFFIX) && isName(type);
    }

    /** True for deltas of what the person reads: answer text, or the refusal in its place. */
    public static boolean isText(String type) {
        return type.equals(TEXT_DELTA) || type.equals(REFUSAL_DELTA);
    }

    /** True for deltas of the model's reasoning. */
    public static boolean isReasoning(String type) {
        return type.equals(REASONING_DELTA) || type.equals(REASONING_SUMMARY_DELTA);
    }

    /** True for our own events; they take no offset and never end a stream. */
    public static boolean isWeir(String type) {
        return type.startsWith(WEIR_PREFIX);
    }

    private static boolean isNameChar(char c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
}
