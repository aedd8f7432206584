package io.weir.relay.topics;

import io.weir.relay.loop.Loop;
import io.weir.streams.run.Conflater;
import io.weir.streams.run.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells one subscriber no more often than it wants to be told: what streams say meanwhile is merged. Ends are told at once,
 * after all of their stream that waits. On the topic's loop.
 */
final class Pace {
    private static final int MAX_TEXT_BYTES = 64 * 1024;
    private static final long MAX_HELD_BYTES = 1 << 20;

    private final Subscriber subscriber;
    private final Loop loop;
    private final long intervalNanos;
    private final Map<Telling, Conflater> held = new LinkedHashMap<>();
    private long toldNanos;
    private boolean waiting;
    private boolean over;

    Pace(Subscriber subscriber, Loop loop, int updatesPerSecond) {
        this.subscriber = subscriber;
        this.loop = loop;
        this.intervalNanos = 1_000_000_000L / updatesPerSecond;
        this.toldNanos = System.nanoTime() - intervalNanos;
    }

    void live(Telling telling, Voice.Said said) {
        Conflater runs = held.computeIfAbsent(telling, _ -> new Conflater(MAX_HELD_BYTES));
        runs.offer(said.run());
        if (said.run() instanceof Run.Terminal) {
            held.remove(telling);
            tell(telling, runs);
            return;
        }
        long left = intervalNanos - (System.nanoTime() - toldNanos);
        if (left <= 0 || runs.pendingBytes() > MAX_HELD_BYTES) {
            tellAll();
        } else if (!waiting) {
            waiting = true;
            // Rounded up: a timer that comes too early would only be set again.
            loop.later(left / 1_000_000 + 1, () -> {
                waiting = false;
                tellAll();
            });
        }
    }

    /** A snapshot says what is held. */
    void snapshot(Telling telling) {
        held.remove(telling);
    }

    /** Nothing more is told. */
    void end() {
        over = true;
        held.clear();
    }

    private void tellAll() {
        if (over || held.isEmpty()) {
            return;
        }
        toldNanos = System.nanoTime();
        held.forEach(this::tell);
        held.clear();
    }

    private void tell(Telling telling, Conflater runs) {
        Run run = runs.poll(MAX_TEXT_BYTES);
        while (run != null) {
            List<Broadcast> broadcasts = telling.voice().render(run);
            if (!broadcasts.isEmpty()) {
                subscriber.live(telling, new Voice.Said(run, broadcasts));
            }
            run = runs.poll(MAX_TEXT_BYTES);
        }
    }
}
