package io.weir.bench.through;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a run has found, in the order in which it was measured. */
final class Findings {
    private final Map<Load, Map<String, Figures>> figures = new LinkedHashMap<>();
    private final Map<Load, Map<String, String>> failures = new LinkedHashMap<>();
    private final Map<String, String> chains = new LinkedHashMap<>();

    /** How a chain was configured, or why it was not measured. */
    void about(String chain, String text) {
        chains.put(chain, text);
    }

    void add(Load load, Figures found) {
        figures.computeIfAbsent(load, _ -> new LinkedHashMap<>())
                .put(found.measured().peer(), found);
    }

    /** This load did not come up on this chain. */
    void failed(Load load, String chain, String why) {
        failures.computeIfAbsent(load, _ -> new LinkedHashMap<>()).put(chain, why);
    }

    Map<String, String> chains() {
        return chains;
    }

    /** Figures by load and chain. */
    Map<Load, Map<String, Figures>> figures() {
        return figures;
    }

    /** What went wrong under a load, by chain. */
    Map<String, String> failures(Load load) {
        return failures.getOrDefault(load, Map.of());
    }
}
