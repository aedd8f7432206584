package io.weir.bench.fanout;

import io.weir.bench.scenario.Measured;
import io.weir.bench.scenario.Roster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run has found, in the order in which it was measured. */
final class Findings {
    private final Map<String, List<Measured>> loads = new LinkedHashMap<>();
    private final List<Idle> idle = new ArrayList<>();
    private final Roster roster = new Roster();

    void add(String load, Measured figures) {
        loads.computeIfAbsent(load, _ -> new ArrayList<>()).add(figures);
    }

    void add(Idle figures) {
        idle.add(figures);
    }

    /** Figures by load. */
    Map<String, List<Measured>> loads() {
        return loads;
    }

    List<Idle> idle() {
        return idle;
    }

    /** Who took part. */
    Roster roster() {
        return roster;
    }
}
