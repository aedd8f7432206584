package io.weir.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something that happens to one process of a fleet.
 *
 * @param killed whether it is killed and started again, or stands still
 * @param length how long it is away
 */
record Fault(Victim victim, boolean killed, Duration length) {
    private static final int LONGEST_DOWN_MILLIS = 1_000;
    private static final int SHORTEST_PAUSE_MILLIS = 200;
    private static final int LONGEST_PAUSE_MILLIS = 3_000;
    /** One pause of so many lasts longer than any lease. */
    private static final int LONG_ONE_OF = 20;

    private static final Duration LONG = Duration.ofSeconds(18);

    /** So many faults of these processes; the same seed gives the same ones. */
    static List<Fault> plan(long seed, int count, List<Victim> victims) {
        var random = new Random(seed);
        var plan = new ArrayList<Fault>();
        for (int i = 0; i < count; i++) {
            Victim victim = victims.get(random.nextInt(victims.size()));
            boolean killed = random.nextBoolean();
            int millis = killed
                    ? random.nextInt(LONGEST_DOWN_MILLIS)
                    : random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
            boolean lasting = random.nextInt(LONG_ONE_OF) == 0 && !killed;
            plan.add(new Fault(victim, killed, lasting ? LONG : Duration.ofMillis(millis)));
        }
        return plan;
    }

    /** Lets it happen, and returns when the process does its work again. */
    void happen() throws InterruptedException {
        if (killed) {
            victim.kill();
            Thread.sleep(length);
            victim.start();
        } else {
            victim.pause();
            try {
                Thread.sleep(length);
            } finally {
                victim.proceed();
            }
        }
        victim.awaitReady();
    }

    @Override
    public String toString() {
        return "%s %s for %d ms".formatted(victim.name(), killed ? "killed" : "paused", length.toMillis());
    }
}
