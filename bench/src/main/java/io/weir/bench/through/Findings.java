package io.weir.bench.through;

import io.weir.bench.load.StopResult;
import io.weir.bench.scenario.Roster;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run has found, in the order in which it was measured. */
final class Findings {
    /** The part of a load that a chain has to bring through to have carried it. */
    private static final double CARRIED = 0.9;

    private final Map<Load, Map<String, Figures>> figures = new LinkedHashMap<>();
    private final Map<Load, Map<String, String>> failures = new LinkedHashMap<>();
    private final Map<String, StopResult> stops = new LinkedHashMap<>();
    private final Roster roster = new Roster();

    void add(Load load, Figures found) {
        figures.computeIfAbsent(load, _ -> new LinkedHashMap<>())
                .put(found.measured().peer(), found);
    }

    /** This chain was not measured under this load. */
    void failed(Load load, String chain, String why) {
        failures.computeIfAbsent(load, _ -> new LinkedHashMap<>()).put(chain, why);
    }

    void stopped(String chain, StopResult result) {
        stops.put(chain, result);
    }

    /** Figures by load and chain. */
    Map<Load, Map<String, Figures>> figures() {
        return figures;
    }

    /** Why chains were not measured under a load. */
    Map<String, String> failures(Load load) {
        return failures.getOrDefault(load, Map.of());
    }

    /** What became of stops, by chain. */
    Map<String, StopResult> stops() {
        return stops;
    }

    /** Who took part. */
    Roster roster() {
        return roster;
    }

    /** Whether a smaller load was too much already: a larger one would only tell how long queues get. */
    boolean isTooMuch(Load load, String chain) {
        return figures.entrySet().stream()
                .filter(measured -> measured.getKey().tokensPerSecond() < load.tokensPerSecond())
                .anyMatch(measured -> measured.getValue().containsKey(chain)
                        && measured.getValue().get(chain).measured().deliveriesPerSecond()
                                < measured.getKey().tokensPerSecond() * CARRIED);
    }
}
