package io.weir.local.agent;

/**
 * Tokens of one agent run, as its terminal event reports them.
 *
 * @param input prompt tokens
 * @param output answer tokens
 */
record AgentUsage(long input, long output) {
    /** What is reported before an answer has ended. */
    static final AgentUsage ZERO = new AgentUsage(0, 0);

    /** Counts in the rough way of a machine that has no tokenizer: four characters to an input token. */
    static AgentUsage of(Directive.Usage reported, String input, int deltas) {
        return switch (reported) {
            case Directive.Usage.None _ -> ZERO;
            case Directive.Usage.Times(int factor) ->
                new AgentUsage(factor * (long) Math.max(1, input.length() / 4), factor * (long) deltas);
        };
    }
}
