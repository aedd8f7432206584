package io.weir.relay.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Sends many away over a time, in random order, so that they do not all knock elsewhere at once. */
public final class Leaving {
    private Leaving() {}

    /** Runs something later. */
    @FunctionalInterface
    public interface Timer {
        /** After {@code millis}, at least 1. */
        void after(long millis, Runnable work);
    }

    /** Runs each of {@code goodbyes} once, evenly over the time. */
    public static void over(Duration time, List<Runnable> goodbyes, RandomGenerator random, Timer timer) {
        List<Runnable> order = new ArrayList<>(goodbyes);
        Collections.shuffle(order, Random.from(random));
        long millis = time.toMillis();
        for (int i = 0; i < order.size(); i++) {
            timer.after(Math.max(1, millis * i / order.size()), order.get(i));
        }
    }
}
