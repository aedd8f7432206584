package io.weir.streams.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.stream.EndReason;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ten thousand simulated runs. {@code -Dweir.sim.seeds=N} runs another number, {@code -Dweir.sim.first=S} begins at
 * another seed, {@code -Dweir.sim.seed=S} runs one seed and prints every step of it.
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.sim.seeds", 10_000);
    private static final long FIRST = Long.getLong("weir.sim.first", 1);
    private static final int BROKEN_SEEDS = 3000;
    private static final int OFTEN_ENOUGH = 20;

    @Test
    void holdsWhateverFails() {
        Long only = Long.getLong("weir.sim.seed");
        if (only != null) {
            System.out.println(Simulation.trace(only, Variant.SOUND));
            assertThat(Simulation.run(only, Variant.SOUND).violations()).isEmpty();
            return;
        }
        Map<EndReason, Integer> endings = new EnumMap<>(EndReason.class);
        Map<Verdict.Note, Integer> notes = new EnumMap<>(Verdict.Note.class);
        long events = 0;
        long started = System.nanoTime();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Verdict verdict = Simulation.run(seed, Variant.SOUND);
            assertThat(verdict.violations())
                    .as("seed %d; again, step by step, with -Dweir.sim.seed=%d", seed, seed)
                    .isEmpty();
            events += verdict.events();
            verdict.endings().forEach((reason, count) -> endings.merge(reason, count, Integer::sum));
            verdict.notes().forEach((note, count) -> notes.merge(note, count, Integer::sum));
        }
        long millis = (System.nanoTime() - started) / 1_000_000;
        System.out.printf(
                "simulation: %d seeds, %d events, %d ms, endings %s, also %s%n", SEEDS, events, millis, endings, notes);
        if (SEEDS >= 10_000) {
            assertThat(endings.keySet()).isEqualTo(EnumSet.allOf(EndReason.class));
            assertThat(notes.keySet()).isEqualTo(EnumSet.allOf(Verdict.Note.class));
            // A case that is met a few times is soon met no more, by any change of what comes before it.
            assertThat(endings.values()).allMatch(count -> count >= OFTEN_ENOUGH);
            assertThat(notes.values()).allMatch(count -> count >= OFTEN_ENOUGH);
        }
    }

    @Test
    void sameSeedIsTheSameRun() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(Simulation.trace(seed, Variant.SOUND)).isEqualTo(Simulation.trace(seed, Variant.SOUND));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOUND")
    void noticesWhatIsBroken(Variant variant) {
        long seed = 1;
        while (seed <= BROKEN_SEEDS
                && Simulation.run(seed, variant).violations().isEmpty()) {
            seed++;
        }
        System.out.printf("simulation: %s is noticed at seed %d%n", variant, seed);
        assertThat(seed).as("seeds until %s is noticed", variant).isLessThanOrEqualTo(BROKEN_SEEDS);
    }
}
