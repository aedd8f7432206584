package io.weir.bench.scenario;

import io.weir.bench.report.SectionText;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who took part in a run and how, and who did not and why; in the order in which it was told. */
public final class Roster {
    private final Map<String, String> measured = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    /** A server that was measured, and how it was configured. */
    public Roster measured(String name, String configuration) {
        measured.put(name, configuration);
        return this;
    }

    /** A server that was not, and why. */
    public Roster missing(String name, String why) {
        missing.put(name, why);
        return this;
    }

    /** Adds a list of all of them. */
    public void write(SectionText text) {
        measured.forEach((name, how) -> text.item("**" + name + "**: " + how));
        missing.forEach((name, why) -> text.item("*" + name + "* was not measured: " + why));
        text.end();
    }
}
