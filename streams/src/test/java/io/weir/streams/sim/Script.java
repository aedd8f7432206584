package io.weir.streams.sim;

import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says to one question.
 *
 * @param deltas the text, cut as it is sent; one frame is several deltas that arrive together
 * @param everyMillis pause between frames
 * @param reason how the agent ends; {@code machine_lost} is a broken connection
 * @param usage what it reports; absent if nothing
 * @param noMachine no machine is found for it
 */
record Script(
        List<List<String>> deltas,
        int everyMillis,
        EndReason reason,
        @Nullable Totals usage,
        boolean noMachine) {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz ";
    private static final int PROMPT = 40;

    static Script random(World world) {
        List<List<String>> frames = new ArrayList<>();
        int count = world.chance(50) ? 0 : world.between(1, 40);
        long output = 0;
        for (int i = 0; i < count; i++) {
            List<String> frame = new ArrayList<>();
            int parts = world.chance(700) ? 1 : world.between(1, 5);
            for (int j = 0; j < parts; j++) {
                String text = text(world, world.chance(20) ? 300 : world.between(0, 9));
                frame.add(text);
                output += tokens(text);
            }
            frames.add(frame);
        }
        EndReason reason =
                switch (world.between(0, 9)) {
                    case 0 -> EndReason.AGENT_ERROR;
                    case 1 -> EndReason.MACHINE_LOST;
                    case 2 -> EndReason.MAX_OUTPUT_TOKENS;
                    default -> EndReason.COMPLETED;
                };
        Totals usage =
                switch (world.between(0, 4)) {
                    case 0 -> null;
                    case 1 -> Totals.ZERO;
                    case 2 -> Totals.counted(PROMPT, 2 * output);
                    default -> new Totals(PROMPT + 5, 3, 2, output, output / 3);
                };
        int pace = world.chance(100) ? world.between(1000, 5000) : world.between(10, 300);
        return new Script(frames, pace, reason, reason == EndReason.MACHINE_LOST ? null : usage, world.chance(30));
    }

    private static String text(World world, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(world.random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /** The simulated tokenizer: about three letters a token. */
    static int tokens(String text) {
        return Math.ceilDiv(text.length(), 3);
    }

    String whole() {
        StringBuilder text = new StringBuilder();
        deltas.forEach(frame -> frame.forEach(text::append));
        return text.toString();
    }
}
