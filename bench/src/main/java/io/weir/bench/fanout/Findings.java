package io.weir.bench.fanout;

import io.weir.bench.scenario.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run has found, in the order in which it was measured. */
final class Findings {
    private final Map<String, List<Measured>> loads = new LinkedHashMap<>();
    private final List<Idle> idle = new ArrayList<>();
    private final Map<String, String> measured = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    void add(String load, Measured figures) {
        loads.computeIfAbsent(load, _ -> new ArrayList<>()).add(figures);
    }

    void add(Idle figures) {
        idle.add(figures);
    }

    /** A peer that was measured, and how it was configured. */
    void measured(String peer, String configuration) {
        measured.put(peer, configuration);
    }

    /** A peer that was not, and why. */
    void missing(String peer, String why) {
        missing.put(peer, why);
    }

    /** Figures by load. */
    Map<String, List<Measured>> loads() {
        return loads;
    }

    List<Idle> idle() {
        return idle;
    }

    Map<String, String> measured() {
        return measured;
    }

    Map<String, String> missing() {
        return missing;
    }
}
